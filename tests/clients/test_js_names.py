"""The JavaScript package has the names and values of the Python client, and says so in its documentation."""

import hashlib
import json
import re
from collections.abc import Iterable

import pytest
from support.node import PACKAGE, ROOT

import mockorders
from mockorders.apis import discover
from mockorders.client.fault_endpoints import MATCH_OPTIONS, RULE_OPTIONS
from mockorders.client.models import RequestConditions
from mockorders.client.sandbox import EmulatorClient, Sandbox, SyncClock
from mockorders.control.openapi import control_document

SANDBOX = ("sandbox", "faults", "expectations")
DECLARATION = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
JAVASCRIPT_ONLY = {"attach", "constructor", "sandbox"}  # Python creates a Sandbox from a URL and a name
PYTHON_ONLY = {"close", "connections", "send"}


def source(name: str) -> str:
    """Return the source of a module."""
    return (PACKAGE / "src" / f"{name}.ts").read_text(encoding="utf-8")


def methods(*modules: str) -> set[str]:
    """Return the names of the public methods in modules."""
    found = re.findall(r"^  (?:async )?([a-z]\w*)[<(]", "".join(map(source, modules)), re.MULTILINE)
    return set(found) - JAVASCRIPT_ONLY


def camel_case(names: Iterable[str]) -> set[str]:
    """Return public names as JavaScript writes them."""
    return {re.sub("_(.)", lambda match: match[1].upper(), name) for name in names if not name.startswith("_")}


@pytest.mark.parametrize(
    ("python", "modules"), [(Sandbox, SANDBOX), (SyncClock, ("clock",)), (EmulatorClient, ("emulator",))]
)
def test_methods_are_those_of_the_python_client(python: type, modules: tuple[str, ...]) -> None:
    assert camel_case(dir(python)) - PYTHON_ONLY == methods(*modules)


@pytest.mark.parametrize("api", ["cratejoy", "universe"])
def test_methods_that_add_records_are_those_of_the_python_client(api: str) -> None:
    client = getattr(Sandbox("http://localhost", "any"), api)
    listed = json.loads(source("generated/collections").partition("METHODS = ")[2].partition(" as const")[0])
    assert {name for name in camel_case(dir(client)) if name.startswith("add")} == set(listed[api])


def test_options_of_faults_are_those_of_the_python_client() -> None:
    found = dict(re.findall(r"const (\w+)_OPTIONS = (\[.*\]);", source("models")))
    assert {"MATCH": [*MATCH_OPTIONS], "RULE": [*RULE_OPTIONS]} == {
        name: json.loads(text) for name, text in found.items()
    }


def test_conditions_on_requests_are_those_of_the_python_client() -> None:
    text = source("patterns").partition("interface RequestConditions {")[2].partition("\n}")[0]
    assert set(RequestConditions.__annotations__) == set(re.findall(r"^  (\w+)\?:", text, re.MULTILINE))


def test_base_paths_are_those_of_the_apis() -> None:
    text = source("api").partition("BASE_PATHS: Record<ApiName, string> = {")[2].partition("}")[0]
    assert {api.name: api.base_paths[0] for api in discover()} == dict(re.findall(r"(\w+): \"(.*?)\"", text))


def test_types_are_generated_from_the_current_document() -> None:
    text = json.dumps(control_document(), indent=2, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = re.findall(r"^// SHA-256 of the document: (\w+)$", source("generated/control"), re.MULTILINE)
    assert [digest] == found, "run `make types`, which needs Node.js"


def test_package_has_one_dependency_and_the_version_of_the_emulator() -> None:
    assert (["openapi-fetch"], mockorders.__version__) == ([*DECLARATION["dependencies"]], DECLARATION["version"])


def test_lock_file_names_no_registry() -> None:
    lock = json.loads((PACKAGE / "package-lock.json").read_text(encoding="utf-8"))
    assert mockorders.__version__ == lock["version"]
    assert [] == [name for name, each in lock["packages"].items() if "resolved" in each]


def test_every_method_of_a_sandbox_is_documented() -> None:
    page = (ROOT / "docs/how-to/javascript.md").read_text(encoding="utf-8")
    table = page.partition("| members | purpose |")[2].partition("\n\n")[0]
    assert methods(*SANDBOX, "clock") <= set(re.findall(r"`(?:clock\.)?(\w+)`", table))
