"""`mockorders fixtures new`: files with sample records."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockorders.cli.main import main


def fixtures(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["fixtures", *arguments])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {"universe": {"customers": 1, "orders": 1}, "cratejoy": {"customers": 1, "orders": 1}}),
        (["cratejoy.orders=3"], {"cratejoy": {"customers": 3, "orders": 3}}),
        (
            ["cratejoy.subscriptions"],
            {"cratejoy": {"customers": 1, "products": 1, "product_instances": 1, "subscriptions": 1}},
        ),
    ],
)
def test_new_file_has_records_and_those_they_refer_to(tmp_path: Path, arguments: list[str], expected: Any) -> None:
    file = tmp_path / "new.json"
    result = fixtures("new", str(file), *arguments)
    assert (0, f"{file} written; start the server with: mockorders --fixtures {file}\n") == (
        result.exit_code,
        result.stdout,
    )
    document = json.loads(file.read_text("utf-8"))
    sections = {name: value for name, value in document.items() if name in expected}
    assert expected == {api: {name: len(each) for name, each in section.items()} for api, section in sections.items()}
    assert 0 == fixtures("check", str(file)).exit_code


def test_new_file_extends_a_set_without_repeating_it(tmp_path: Path) -> None:
    user_set = str(tmp_path / "mine.json")
    Path(user_set).write_text('{"extends": "docs"}', "utf-8")
    arguments = ["new", "-", "--extends", "mine", "--fixtures", user_set, "universe.orders"]
    document = json.loads(fixtures(*arguments).stdout)
    assert ("mine", [165]) == (document["extends"], [each["id"] for each in document["universe"]["customers"]])
    assert 165 == document["current_customer"]
    (order,) = document["universe"]["orders"]
    assert {"id", "customer_id", "plan", "created_at", "paid_at"} == order.keys()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["cratejoy.order"], 2, "unknown collection 'cratejoy.order', did you mean 'cratejoy.orders'?"),
        (["cratejoy.orders=0"], 2, "cratejoy.orders: expected a number from 1 to 100, got '0'"),
        (["cratejoy.orders=x"], 2, "cratejoy.orders: expected a number from 1 to 100, got 'x'"),
        (["cratejoy.fulfillments=100"] * 6, 2, "expected at most 1,000 records, with those that they refer to"),
        (["--extends", "dosc"], 2, "--extends: expected the name of a set (*"),
    ],
)
def test_new_file_is_not_written_for_wrong_arguments(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    file = tmp_path / "new.json"
    result = fixtures("new", str(file), *arguments)
    assert (code, False) == (result.exit_code, file.exists())
    assert result.stderr.startswith(f"mockorders: {message.rstrip('*')}")


def test_new_file_replaces_no_other(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text("{}", "utf-8")
    result = fixtures("new", str(file))
    assert (1, f"mockorders: {file}: File exists\n") == (result.exit_code, result.stderr)
    assert "{}" == file.read_text("utf-8")
