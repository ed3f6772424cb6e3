"""Execute the examples of README and docs, and check their claims."""

import json
import logging
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from support.processes import finish, serving
from support.snippets import Run, execute, runs, snippets

import mockorders
from mockorders import AppOptions, MockServer, apis
from mockorders.cli.main import main
from mockorders.client.errors import ControlError
from mockorders.client.sandbox import Sandbox
from mockorders.control.routes import ROUTES
from mockorders.fixture_sets.files import EXPLICIT_SETS, shipped_files
from mockorders.observability.logs import JsonFormatter
from tools import coverage_page, fidelity, python_page

ROOT = Path(__file__).parent.parent
MANUAL = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CALLS = [  # with executed curl lines
    "README.md",
    *(f"docs/reference/{name}.md" for name in ("control-api", "errors", "faults", "fixtures")),
    "docs/how-to/web-pages.md",
]
ELSEWHERE = {"ci.md", "https.md", "openapi.md", "tutorial.md"}  # test_{places,https,generators,tutorial}.py run these
RUNS = [
    pytest.param(each, id=f"{page.name}:{','.join(str(snippet.line) for snippet in each.snippets)}")
    for page in MANUAL
    if page.name not in ELSEWHERE
    for each in runs(page)
]
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "examples").glob("*/README.md")), *MANUAL]
SHOWN_URL = "http://127.0.0.1:8080"


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def calls(page: str) -> Iterator[tuple[str, str]]:
    """Yield the curl lines of a page, each with the response that is shown below it."""
    lines = "".join(block.text for block in snippets(ROOT / page, "console")).splitlines()
    for line, below in zip(lines, [*lines[1:], "$"], strict=True):
        if line.startswith("$ curl") and not line.endswith("\\"):
            yield line.removeprefix("$ "), "" if below.startswith("$") else below


@pytest.fixture
def url() -> Iterator[str]:
    """Start the emulator as README does, on an unused port."""
    with serving() as server:
        assert server.url.startswith("http://127.0.0.1:")
        yield server.url


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", CALLS)
def test_curl_lines_print_what_is_shown(url: str, page: str) -> None:
    """The lines of a page are run one after the other, because some depend on those before."""
    printed = [
        (finish(line.replace(SHOWN_URL, url), shell=True, check=True).stdout, shown) for line, shown in calls(page)
    ]
    assert [] == [(text, shown) for text, shown in printed if not text or not text.startswith(shown.rstrip("… "))]


def test_pages_have_curl_lines() -> None:
    assert [3, 9, 3, 4, 2, 1] == [len(list(calls(page))) for page in CALLS]


@pytest.mark.parametrize("run", RUNS)
def test_python_examples_run(tmp_path: Path, run: Run) -> None:
    done = execute(run, tmp_path)
    if shown := run.snippets[0].output:
        lines = iter(done.stdout.splitlines())
        assert [] == [each for each in shown.splitlines() if not any(shows(each, line) for line in lines)], done.stdout
    else:
        assert (0, "") == (done.returncode, done.stderr), done.stdout


def shows(shown: str, line: str) -> bool:
    """Whether a line of output equals the one that is shown, in which `…` matches anything."""
    return re.fullmatch(re.escape(shown).replace("…", ".*"), line) is not None


def option_names(command: Any) -> set[str]:
    names = {name for option in command.params for name in option.opts}
    return names.union(*map(option_names, getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("page", [*CALLS, "docs/explanation/limitations.md", "docs/reference/operations.md"])
def test_pages_name_existing_options(page: str) -> None:
    context = click.Context(main)
    commands = filter(None, (main.get_command(context, name) for name in main.list_commands(context)))
    known = set().union(*map(option_names, commands))
    assert set(re.findall(r"`(--[a-z-]+)", text_of(page))) <= known


def test_every_fixture_set_is_in_the_table() -> None:
    page = text_of("docs/reference/fixtures.md")
    assert {name for name in shipped_files() if f"| `{name}` |" in page} == set(shipped_files())
    assert EXPLICIT_SETS <= set(shipped_files())


@pytest.mark.parametrize(
    "document", snippets(ROOT / "docs/reference/fixtures.md", "json"), ids=lambda block: f"line {block.line}"
)
def test_fixture_documents_are_valid(url: str, document: Any) -> None:
    info = Sandbox(url, f"page-{document.line}").create(fixtures=json.loads(document.text))
    assert "documented" == info["profile"]


def test_properties_of_a_fixture_set_are_in_the_table() -> None:
    section = text_of("docs/reference/fixtures.md").partition("## Your own sets")[2]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    named = set(re.findall(r"`([$\w]+)`", " ".join(rows)))
    schema = json.loads(text_of("schemas/fixture-set.json"))
    assert {*schema["properties"], *(api.name for api in apis.discover())} == named


def test_every_control_path_is_in_the_table() -> None:
    table = text_of("docs/reference/control-api.md").partition("## Endpoints")[2].partition("\n## ")[0]
    plain = {re.sub(r":[^{}]+(\{[^{}]*\})?\}", "}", path) for path in (route.path for route in ROUTES)}
    short = {path.replace("/sandboxes/{name}", "…") for path in plain}
    assert short == {path for path in short if path in table}


def test_every_call_of_the_client_is_in_the_table() -> None:
    table = text_of("docs/reference/control-api.md").partition("| members of `Sandbox` |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([\w.]+)`", table))
    sandbox = Sandbox("http://localhost", "any")
    calls = {name for name in dir(Sandbox) if not name.startswith("_")}
    clock = {f"clock.{name}" for name in dir(type(sandbox.clock)) if not name.startswith("_")}
    assert calls | clock == named


def test_every_option_of_create_app_is_named() -> None:
    text = text_of("docs/reference/control-api.md").partition("accept these options")[2]
    assert set(AppOptions.__optional_keys__) == set(re.findall(r"`([a-z_]+)`", text))


def test_every_effect_is_in_the_table() -> None:
    table = text_of("docs/reference/faults.md").partition("## Effects")[2].partition("\n## ")[0]
    schema = json.loads(text_of("schemas/control/effect.json"))
    assert schema["properties"]["type"]["enum"] == re.findall(r"^\| `(\w+)`", table, re.MULTILINE)


def test_every_property_of_a_fault_is_in_the_table() -> None:
    table = text_of("docs/reference/faults.md").partition("## Which requests")[2].partition("\n\n`match`")[0]
    schema = json.loads(text_of("schemas/control/fault.json"))
    assert set(schema["properties"]) == set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))


def test_limitations_count_the_endpoints() -> None:
    counts = {api.name: len(api.routes) for api in apis.discover()}
    (universe, cratejoy) = re.findall(
        r"(\d+)\s+endpoints\s+of\s+Universe,\s+(\d+)\s+of\s+Cratejoy", text_of("docs/explanation/limitations.md")
    )[0]
    assert counts == {"universe": int(universe), "cratejoy": int(cratejoy)}


def test_fidelity_page_is_generated_from_the_rules() -> None:
    assert fidelity.markdown(fidelity.parts()) == text_of("docs/reference/fidelity.md"), "make docs"


def test_coverage_page_is_generated_from_the_endpoints() -> None:
    assert coverage_page.markdown() == text_of("docs/reference/coverage.md"), "make docs"


def test_python_page_is_generated_from_docstrings() -> None:
    assert python_page.markdown() == text_of("docs/reference/python.md"), "make docs"


@pytest.mark.parametrize("name", mockorders.__all__)
def test_python_page_has_every_public_name(name: str) -> None:
    assert name in {"AppOptions", "__version__"} or f"## mockorders.{name}\n" in text_of("docs/reference/python.md")


@pytest.mark.parametrize("api", apis.discover(), ids=lambda api: api.name)
def test_coverage_page_lists_every_route(api: apis.base.Api) -> None:
    assert [] == coverage_page.missing(api)


def test_every_rule_has_a_unique_name() -> None:
    names = [rule.name for _, rules in fidelity.parts() for rule in rules]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)", page.read_text(encoding="utf-8"))
    targets = [(page.parent / path if path else page, anchor) for path, anchor in links]
    assert [] == [target for target, _ in targets if not target.exists()]
    assert [] == [f"{target.name}#{anchor}" for target, anchor in targets if anchor and anchor not in anchors(target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_linked_from_readme() -> None:
    readme = text_of("README.md")
    assert [] == [page.name for page in MANUAL[1:] if f"]({page.relative_to(ROOT).as_posix()})" not in readme]


def test_fields_of_json_logs_are_in_the_table(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mockorders.requests")
    with MockServer(fixtures="docs") as server:
        urllib.request.urlopen(f"{server.url}/orders?key=docs").close()
    (record,) = (record for record in caplog.records if record.name == "mockorders.requests")
    table = text_of("docs/reference/operations.md").partition("| field |")[2].partition("\n\n")[0]
    cells = "".join(re.findall(r"^\| (`.+?) \|", table, re.MULTILINE))
    assert {*json.loads(JsonFormatter().format(record)), "exception"} == set(re.findall(r"`(\w+)`", cells))


@pytest.mark.parametrize(
    ("target", "body", "status"),
    [
        ("/v1/orders/?" + "&".join(["total__ge=1"] * 101), None, 400),
        ("/v1/orders/?" + "&".join(["any=1"] * 3001), None, 400),
        ("/v1/orders/", b" " * (2**20 + 1), 413),
    ],
    ids=["filters", "parameters", "body"],
)
def test_requests_are_limited_as_documented(url: str, target: str, body: bytes | None, status: int) -> None:
    request = urllib.request.Request(url + target, body, {"Authorization": "Basic ZG9jczphbnk="})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value:
        assert status == caught.value.code


def test_calls_of_the_control_api_create_a_sandbox(url: str) -> None:
    sandbox = Sandbox(url, "created-by-a-call")
    for call in (sandbox.info, sandbox.delete):
        with pytest.raises(ControlError, match="404"):
            call()
    assert [] == sandbox.requests()
    assert sandbox.info()["fixtures"] == "default"


def test_command_line_has_these_commands() -> None:
    assert {"completion", "fixtures", "openapi", "routes", "serve", "store", "validate"} == set(
        main.list_commands(click.Context(main))
    )
