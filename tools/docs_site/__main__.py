"""`python -m tools.docs_site build|serve|llms`: stage the pages and run Zensical, or write the index for models."""

import subprocess
import time
from pathlib import Path

import click

from tools.docs_site.llms import llms_txt
from tools.docs_site.pages import ROOT, STAGED
from tools.docs_site.site import ZENSICAL, build_site
from tools.docs_site.staging import stage

POLL_SECONDS = 1.0


@click.group()
def main() -> None:
    """Build or serve the documentation site."""


@main.command()
def build() -> None:
    """Build the site into build/site. A broken link or anchor is an error."""
    raise SystemExit(build_site(ROOT))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def llms(file: Path) -> None:
    """Write the index of the pages for language models."""
    file.write_text(llms_txt(), encoding="utf-8")


@main.command()
@click.option("--address", default="localhost:8000", show_default=True, help="HOST:PORT to listen on.")
def serve(address: str) -> None:
    """Serve the site, and build it again when a page changes."""
    stage(STAGED)
    server = subprocess.Popen([*ZENSICAL, "serve", "--dev-addr", address], cwd=ROOT)
    try:
        while server.poll() is None:
            time.sleep(POLL_SECONDS)
            stage(STAGED)
    except KeyboardInterrupt:
        server.terminate()
    raise SystemExit(server.wait())


if __name__ == "__main__":
    main()
