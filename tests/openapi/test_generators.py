"""The generated clients of docs/how-to/openapi.md: each is generated, type-checked and used as the page shows."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.processes import DIRECT, MODULE, finish
from support.snippets import snippets

from mockorders import MockServer
from mockorders.openapi.document import document

MIN_FILES = 20  # of a generated client, which has one for each schema
PAGE = Path(__file__).parents[2] / "docs/how-to/openapi.md"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
SHOWN_URL = "http://127.0.0.1:8080"
SECONDS = 900
COMPLETE = ("UniverseOrder", "CratejoyOrder", "CratejoyCreateOrder")
SAMPLE_CUSTOMERS = 200
QUICK = {
    "PIP_COMPILE": "0",  # most installed modules are never imported
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1",  # openapi-generator ends before more optimization pays off
}
MYPY = ("--strict", "--follow-imports=silent")  # reports the program only: the clients' own code is not strictly typed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * SECONDS)]


class Generator(NamedTuple):
    """A section of the page, and Python that defines `members` and `parse` to check that the classes are complete."""

    section: str
    probe: str


PYDANTIC = """
def members(name):
    fields = getattr(client, name).model_fields
    return [field.alias or key for key, field in fields.items() if key != "additional_properties"]
"""
ATTRS = """
def members(name):
    names = [field.name.rstrip("_") for field in getattr(client, name).__attrs_attrs__ if field.init]
    return ["_" + each.removeprefix("field_") if each.startswith("field_") else each for each in names]
"""
FROM_DICT = "def parse(name, value): getattr(client, name).from_dict(value)\n"
VALIDATE = "def parse(name, value): getattr(client, name).model_validate(value)\n"
PROBE = """
import json, sys
expected, responses = json.load(sys.stdin)
assert expected == {name: sorted(members(name)) for name in expected}, {name: members(name) for name in expected}
for name, value in responses:
    parse(name, value)
print(len(responses))
"""
PYTHON = (
    Generator("openapi-python-client", f"import mockorders_client.models as client\n{ATTRS}{FROM_DICT}"),
    Generator("datamodel-code-generator", f"import mockorders_models as client\n{PYDANTIC}{VALIDATE}"),
    Generator("openapi-generator", f"import mockorders_client as client\n{PYDANTIC}{FROM_DICT}"),
)
TYPESCRIPT = "openapi-typescript"


class Folder:
    """A folder with an environment of its own, in which the commands of a section are executed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.python = path / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"

    def run(self, line: str, **options: Any) -> str:
        """Run a command line and return its output."""
        path = os.pathsep.join([str(self.python.parent), os.environ["PATH"]])
        environment = {"PATH": path, **QUICK}
        done = finish(line, shell=True, cwd=self.path, environment=environment, timeout=SECONDS, **options)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return str(done.stdout)


@pytest.fixture
def server() -> Iterator[MockServer]:
    """Start the emulator."""
    with MockServer(fixtures="docs") as server:
        yield server


def folder_with_documents(path: Path) -> Folder:
    """Return a folder with the documents."""
    for name, options in (("openapi.json", ()), ("control.json", ("--control",))):
        with (path / name).open("w", encoding="utf-8") as file:
            finish([*MODULE, "openapi", *options], stdout=file, check=True)
    return Folder(path)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with the documents."""
    return folder_with_documents(tmp_path)


@pytest.fixture(scope="module")
def openapi_generator(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder with the documents, in which openapi-generator is installed as the page says."""
    folder = folder_with_documents(tmp_path_factory.mktemp("openapi-generator"))
    venv.create(folder.path / ".venv", with_pip=True)
    text = PAGE.read_text(encoding="utf-8")
    (install,) = re.findall(r"^\$ (pip install 'openapi-generator-cli.*)$", text, re.MULTILINE)
    folder.run(install)
    return folder


def follow(section: str, folder: Folder, server: MockServer) -> None:
    """Execute the commands of a section, and compare the output of its program with the one shown."""
    text = HEADING.split(PAGE.read_text(encoding="utf-8"))
    (folder.path / "section.md").write_text(text[text.index(section) + 1], encoding="utf-8")
    console, program = snippets(folder.path / "section.md")
    name = program.text.partition("\n")[0].split()[1]
    (folder.path / name).write_text(program.text.replace(SHOWN_URL, server.url), encoding="utf-8")
    *lines, start = [line.removeprefix("$ ") for line in console.text.splitlines()]
    for line in lines:
        folder.run(line)
    assert program.output == folder.run(start)


def responses(url: str) -> Iterator[tuple[str, Any]]:
    """Yield orders of the sets with the most different records, each with the class of the response."""
    for name in ("edge", "default"):
        page = get(f"{url}/v1/orders/?limit=1000&with=all", name)
        yield "CratejoyOrdersResponse", page
        for customer in range(SAMPLE_CUSTOMERS):
            orders = get(f"{url}/orders?key={name}@{customer}")
            if orders["status"] != "ok":
                yield "UniverseError", orders
                continue
            yield "UniverseOrdersResponse", orders
            for order in orders["orders"]:
                detail = get(f"{url}/orders/{order['id']}?key={name}@{customer}")
                yield "UniverseOrderResponse", detail


def get(url: str, client_id: str = "") -> Any:
    """Return the JSON at a URL."""
    token = base64.b64encode(f"{client_id}:any".encode()).decode()
    headers = {"Authorization": f"Basic {token}"} if client_id else {}
    with DIRECT.open(urllib.request.Request(url, headers=headers), timeout=10) as response:
        return json.load(response)


def properties() -> dict[str, list[str]]:
    """Return the names of the properties of the classes that must be complete."""
    schemas = document()["components"]["schemas"]
    return {name: sorted(schemas[name]["properties"]) for name in COMPLETE}


@pytest.mark.parametrize("generator", PYTHON, ids=lambda generator: generator.section)
def test_python_client(generator: Generator, folder: Folder, server: MockServer) -> None:
    venv.create(folder.path / ".venv", with_pip=True)
    follow(generator.section, folder, server)
    mypy = [sys.executable, "-m", "mypy", "--python-executable", str(folder.python), *MYPY, "orders.py"]
    folder.run(subprocess.list2cmdline(mypy))
    (folder.path / "probe.py").write_text(f"{generator.probe}{PROBE}", encoding="utf-8")
    collected = list(responses(server.url))
    printed = folder.run("python probe.py", input=json.dumps([properties(), collected]))
    assert f"{len(collected)}\n" == printed


def test_client_of_the_control_api(folder: Folder, server: MockServer) -> None:
    venv.create(folder.path / ".venv", with_pip=True)
    follow("Control API", folder, server)
    mypy = [sys.executable, "-m", "mypy", "--python-executable", str(folder.python), *MYPY, "sandbox.py"]
    folder.run(subprocess.list2cmdline(mypy))


@pytest.mark.xdist_group("openapi-generator")
@pytest.mark.parametrize("generator", ["python", "go", "java", "csharp"])
def test_openapi_generator_reads_the_control_document(generator: str, openapi_generator: Folder) -> None:
    options = f"--input-spec control.json --generator-name {generator} --output {generator}"
    openapi_generator.run(f"openapi-generator-cli generate {options}")
    files = openapi_generator.path / generator / ".openapi-generator" / "FILES"
    assert files.read_text(encoding="utf-8").count("\n") > MIN_FILES


@pytest.mark.skipif(shutil.which("npm") is None, reason="Node.js is not installed: the TypeScript client is not tested")
def test_typescript_client(folder: Folder, server: MockServer) -> None:
    follow(TYPESCRIPT, folder, server)
    # A record of all keys: the compiler reports missing and unknown ones.
    lines = ['import type { components } from "./mockorders.js";', 'type Schemas = components["schemas"];']
    for name, keys in properties().items():
        members = ", ".join(f"{key}: true" for key in keys)
        lines.append(f'export const {name}: Record<keyof Schemas["{name}"], true> = {{ {members} }};')
    (folder.path / "probe.mts").write_text("\n".join(lines), encoding="utf-8")
    folder.run("npx tsc --strict --noEmit --target es2022 --module nodenext probe.mts")
