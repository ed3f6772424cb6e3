"""`mockorders fixtures`: list, show, dump and check fixture sets."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from support.contracts import shared_contract
from support.processes import finish, run, serving

from mockorders.apis import discover
from mockorders.cli.main import main
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.files import shipped_files
from mockorders.fixture_sets.sets import FixtureSets


def fixtures(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["fixtures", *arguments], env=environment)


@pytest.fixture
def user_set(tmp_path: Path) -> str:
    """Write the fixture set of a user."""
    file = tmp_path / "mine.json"
    document = {"description": "My own.", "extends": "docs", "current_customer": 164, "clock": "2017-03-21"}
    file.write_text(json.dumps({**document, "universe": {"orders": [{"id": 489, "deleted": True}]}}))
    return str(file)


# ---- list


@pytest.mark.parametrize("arguments", [[], ["list"]], ids=["fixtures", "fixtures list"])
def test_every_set_is_listed_with_its_description(arguments: list[str]) -> None:
    result = fixtures(*arguments)
    lines = [line[3:].split(maxsplit=1) for line in result.stdout.splitlines()]
    expected = [[name, json.loads(file.read_text())["description"]] for name, file in sorted(shipped_files().items())]
    assert (0, expected) == (result.exit_code, lines)


def test_default_set_is_marked(user_set: str) -> None:
    chosen = [
        [line[3:].split()[0] for line in fixtures(*arguments, **environment).stdout.splitlines() if line[0] == "*"]
        for arguments, environment in [
            ([], {}),
            (["--fixtures", user_set], {}),
            (["list", "--fixtures", "docs"], {}),
            ([], {"MOCKORDERS_FIXTURES": "empty"}),
        ]
    ]
    assert [["default"], ["mine"], ["docs"], ["empty"]] == chosen


# ---- show


def test_show_prints_the_contents_of_a_set(user_set: str) -> None:
    result = fixtures("show", "mine", "--fixtures", user_set)
    expected = {
        "description": "My own.",
        "file": user_set,
        "extends": "docs",
        "current customer": "164",
        "clock": "2017-03-21T00:00:00Z",
        "universe customers": "3",
        "universe orders": "2",
        "cratejoy coupons": "2",
    }
    output = dict(re.findall(r"^  (\w+(?: \w+)*) {2,}(.+)$", result.stdout, re.MULTILINE))
    assert (0, expected) == (result.exit_code, {name: output.get(name) for name in expected})
    assert f"start the server with: mockorders --fixtures {shlex.quote(user_set)}\n" in result.stdout


def test_show_finds_a_shipped_set_without_an_option() -> None:
    output = fixtures("show", "edge").stdout
    assert "start the server with: mockorders\n" in output


def test_curl_lines_of_show_work(user_set: str) -> None:
    output = fixtures("show", "mine", "--fixtures", user_set).stdout
    lines = [line.strip() for line in output.splitlines() if line.startswith("  curl ")]
    with serving("--fixtures", user_set) as server:
        lines = [line.replace("http://127.0.0.1:8080", server.url) for line in lines]
        responses = [json.loads(finish(line, shell=True, check=True).stdout) for line in lines]
    assert (2, {"status": "ok", "orders": []}) == (responses[0]["count"], responses[1])


# ---- dump


def load_set(fixture: str, name: str) -> Dataset:
    return FixtureSets(discover(), shared_contract(), [fixture]).load(name)


def plain(loaded: Dataset) -> Any:
    return [
        {api: {name: base.records for name, base in bases.items()} for api, bases in loaded.bases.items()},
        *(loaded.current_customer, loaded.profile, loaded.clock),
    ]


@pytest.mark.parametrize("name", ["default", "docs", "docs-queued", "edge", "empty"])
def test_dumped_set_equals_the_original(tmp_path: Path, name: str) -> None:
    file = tmp_path / "dumped.json"
    file.write_bytes(fixtures("dump", name).stdout_bytes)
    assert plain(load_set(name, name)) == plain(load_set(str(file), "dumped"))


def test_user_set_is_dumped_completely(tmp_path: Path, user_set: str) -> None:
    file = tmp_path / "dumped.json"
    file.write_bytes(fixtures("dump", "mine", "--fixtures", user_set).stdout_bytes)
    document = json.loads(file.read_text())
    assert plain(load_set(user_set, "mine")) == plain(load_set(str(file), "dumped"))
    assert ("My own.", "2017-03-21T00:00:00Z") == (document["description"], document["clock"])


def test_each_record_is_dumped_on_one_line() -> None:
    lines = [
        line.strip().rstrip(",]}") + "}" for line in fixtures("dump", "empty").stdout.splitlines() if line[:3] == "  {"
    ]
    assert [1, 2] == [json.loads(line)["id"] for line in lines]


# ---- check


def test_check_accepts_valid_files_and_folders(tmp_path: Path, user_set: str) -> None:
    (tmp_path / "more.json").write_text('{"extends": "mine"}')
    result = fixtures("check", user_set, str(tmp_path))
    lines = [f"ok       {file}: 26 records" for file in (user_set, user_set, tmp_path / "more.json")]
    assert (0, lines) == (result.exit_code, result.stdout.splitlines())


BROKEN = [
    ("{", ": expected JSON: "),
    ('{"universe": {"orders": [5]}}', ": /universe/orders/0: expected an object, got 5"),
    ('{"universe": {"orders": [{"id": 1, "total": []}]}}', ": /universe/orders/0/"),
    ('{"extends": "nope"}', ": /extends: expected the name of a set ("),
    ('{"clock": "noon"}', ": /clock: expected a time such as "),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_check_rejects_invalid_files(tmp_path: Path, user_set: str, text: str, expected: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text)
    result = fixtures("check", str(file), user_set)
    first, *_, second = result.stdout.splitlines()
    assert (1, True, True) == (
        result.exit_code,
        first.startswith(f"invalid  {file}{expected}"),
        second.startswith(f"ok       {user_set}"),
    )
    assert "mockorders: 1 of 2 files invalid\n" == result.stderr


def test_check_prints_all_violations_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"universe": {"customers": [{"id": -1}, {"id": 2, "emial": ""}]}}')
    result = fixtures("check", str(file))
    lines = [
        f"invalid  {file}: /universe/customers/0/id: expected an integer of at least 0, got -1",
        f"invalid  {file}: /universe/customers/1/emial: Unknown property 'emial', did you mean 'email'?",
    ]
    assert (lines, "mockorders: 1 of 1 file invalid\n") == (result.stdout.splitlines(), result.stderr)


def test_check_prefers_a_folder_to_a_set_of_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "x.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    result = fixtures("check", "docs")
    assert (0, f"ok       {Path('docs/x.json')}: 0 records\n") == (result.exit_code, result.stdout)


def test_check_without_fixtures_is_a_usage_error(tmp_path: Path) -> None:
    result = fixtures("check", str(tmp_path))
    assert (1, "mockorders: expected a file, or a folder that contains *.json\n") == (result.exit_code, result.stderr)


# ---- schema


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(fixtures("schema").stdout))


def test_schema_is_a_valid_one_without_references(schema: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(schema.schema)
    assert "$ref" not in json.dumps(schema.schema)


@pytest.mark.parametrize("name", sorted(shipped_files()))
def test_shipped_files_match_the_schema(schema: Draft202012Validator, name: str) -> None:
    document = json.loads(shipped_files()[name].read_text())
    assert [] == [error.message for error in schema.iter_errors({"$schema": "./fixture-set.json", **document})]


@pytest.mark.parametrize(
    "document",
    [
        {"ekstends": "docs"},
        {"universe": {"carts": []}},
        {"universe": {"customers": [{"id": 1, "frist_name": ""}]}},
        {"universe": {"customers": [{"first_name": ""}]}},
        {"universe": {"customers": [{"id": 1, "deleted": True, "email": ""}]}},
        {"cratejoy": {"orders": [{"id": 1, "customer_id": 1, "total": "35.00"}]}},
        {"generate": {"seed": 1, "universe": {"customers": 0, "orders": 1}}},
        {"generate": {"seed": 1, "amazon": {}}},
    ],
    ids=json.dumps,
)
def test_schema_rejects_what_the_emulator_rejects(schema: Draft202012Validator, tmp_path: Path, document: Any) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(document))
    assert (False, 1) == (schema.is_valid(document), fixtures("check", str(file)).exit_code)


@pytest.mark.parametrize(
    "document",
    [
        {"universe": {"customers": [{"id": 1}, {"id": 2, "deleted": True}]}},
        {"generate": {"seed": 7, "universe": {"customers": 10, "orders": 20}}},
        {"clock": None, "profile": None, "current_customer": None},
    ],
    ids=json.dumps,
)
def test_schema_accepts_what_the_emulator_accepts(schema: Draft202012Validator, tmp_path: Path, document: Any) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(document))
    assert (True, 0) == (schema.is_valid(document), fixtures("check", str(file)).exit_code)


# ---- errors


@pytest.mark.parametrize("command", ["show", "dump"])
def test_unknown_set_is_an_error(command: str) -> None:
    result = fixtures(command, "nope")
    assert (2, "", True) == (
        result.exit_code,
        result.stdout,
        result.stderr.startswith("mockorders: nope: expected the name of a set (default, docs, "),
    )


@pytest.mark.parametrize("arguments", [[], ["show", "docs"], ["dump", "docs"]], ids=str)
def test_missing_fixtures_are_an_error(arguments: list[str]) -> None:
    result = fixtures(*arguments, "--fixtures", "/no/such")
    assert (2, "", True) == (result.exit_code, result.stdout, result.stderr.startswith("mockorders: --fixtures: /no/s"))


@pytest.mark.parametrize("arguments", [["check"], ["check", "/no/such"], ["show"], ["nope"], ["--nope"]], ids=str)
def test_invalid_usage_exits_with_2(arguments: list[str]) -> None:
    assert 2 == fixtures(*arguments).exit_code


def test_fixtures_runs_as_a_process() -> None:
    ended = run("fixtures")
    assert (0, "", True) == (ended.code, ended.err, "docs-queued" in ended.out)
