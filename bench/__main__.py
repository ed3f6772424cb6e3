"""`python -m bench [PART...]`: measure, print, and with `--write` update docs/explanation/performance.md."""

from collections.abc import Callable, Mapping

import click

from bench import balanced, fixture, new_sandboxes, peers, resources, responses, sandboxes, sizes
from bench.report import Table, machine, write
from bench.servers import MissingProgram

PARTS: Mapping[str, Callable[[int, int], Table]] = {
    "start": lambda rounds, _: resources.start_up(2 * rounds),
    "memory": lambda *_: resources.memory(),
    "large": lambda rounds, _: resources.large_start(rounds),
    "sandboxes": lambda rounds, _: sandboxes.measure(rounds),
    "new-sandboxes": lambda rounds, _: new_sandboxes.measure(rounds),
    "responses": lambda rounds, _: responses.measure(rounds),
    "pages": lambda *_: sizes.pages(),
    "create": lambda *_: sizes.creation(),
    "processes": lambda rounds, _: balanced.measure(rounds),
    "memory-over-time": lambda _, requests: resources.memory_over_time(requests),
    "fixture": lambda rounds, _: fixture.measure(rounds),
    "peers": lambda rounds, _: peers.measure(rounds),
}
ON_REQUEST = {"fixture", "peers", "memory-over-time"}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="How many windows of each.")
@click.option("--requests", default=200_000, show_default=True, type=click.IntRange(10), help="Of memory-over-time.")
@click.option("--all", "measures_all", is_flag=True, help="Also measure the parts that take longer, except peers.")
@click.option("--write", "writes", is_flag=True, help="Write the tables into docs/explanation/performance.md.")
def main(parts: tuple[str, ...], rounds: int, requests: int, *, measures_all: bool, writes: bool) -> None:
    """Measure the installed emulator; without PARTS, all parts that are fast and download nothing."""
    left_out = {"peers"} if measures_all else ON_REQUEST
    for name in parts or [name for name in PARTS if name not in left_out]:
        click.echo(f"\n{name}")
        try:
            table = PARTS[name](rounds, requests)
        except MissingProgram as missing:
            click.echo(f"left out: {missing}", err=True)
            continue
        if writes:
            write(table)
    click.echo(f"\n{machine()}")


if __name__ == "__main__":
    main()
