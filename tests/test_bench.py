"""The bench: its loads, its tables, its page, and nginx routing a sandbox to one process."""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from support.emulator import basic
from support.processes import get, serving

from bench import balanced, new_sandboxes, report, responses, sandboxes
from bench.__main__ import ON_REQUEST, PARTS, main
from bench.load import Load, own_rate, request
from bench.peer_files import write_files
from bench.report import Goal, Table
from bench.servers import Client, fetch
from bench.shares import Share
from mockorders import MockServer

PAGE = report.PAGE.read_text(encoding="utf-8")
TABLE = Table("start", ("case", "figure"), [("one", "1.05"), ("two", "0.9")])
MARKED = "Before.\n\n<!-- bench: start -->\n{}<!-- end of start -->\n\nAfter.\n"


# ---- tables


def test_table_replaces_the_previous_one() -> None:
    expected = "\n| case | figure |\n| --- | --- |\n| one | 1.05 |\n| two | 0.9 |\n\nMeasured here.\n\n"
    for before in ("", "\n| old |\n\nMeasured there.\n\n"):
        assert MARKED.format(expected) == report.replace_table(MARKED.format(before), TABLE, "Measured here.")


def test_page_without_markers_is_rejected() -> None:
    with pytest.raises(ValueError, match="expected the marks <!-- bench: start -->"):
        report.replace_table("Before.\n", TABLE, "Measured here.")


@pytest.mark.parametrize(
    ("goal", "figure", "expected"),
    [
        (Goal(10, " ms"), 10, ("≤ 10 ms", "met")),
        (Goal(10, " ms"), 10.1, ("≤ 10 ms", "**missed**")),
        (report.at_least(0.9), 0.9, ("≥ 0.9", "met")),
        (report.at_least(0.9), 0.89, ("≥ 0.9", "**missed**")),
        (None, 1, ("", "")),
    ],
)
def test_goal_is_met_or_missed(goal: Goal | None, figure: float, expected: tuple[str, str]) -> None:
    assert expected == report.goal_cells(goal, figure)


def test_share_is_the_median_of_its_rounds() -> None:
    share = Share.of([(0.5, 50, 100), (1.0, 90, 90), (0.8, 80, 110)])
    assert ("0.80 (0.50 to 1.00)", 80, 100) == (share.spread(), share.own, share.other)


def test_page_has_the_table_of_every_part() -> None:
    found = re.findall(r"<!-- bench: ([a-z-]+) -->\n\n\|.*?<!-- end of \1 -->", PAGE, re.DOTALL)
    assert sorted(PARTS) == sorted(found)


@pytest.mark.parametrize(
    ("arguments", "left_out"), [([], ON_REQUEST), (["--all"], {"peers"}), (["start"], PARTS.keys() - {"start"})]
)
def test_selected_parts_are_measured(arguments: list[str], left_out: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    for name in PARTS:
        monkeypatch.setitem(PARTS, name, lambda *_, name=name: measured.append(name))
    CliRunner().invoke(main, arguments)
    assert [name for name in PARTS if name not in left_out] == measured


def test_page_has_a_row_for_every_case() -> None:
    table = PAGE.partition("<!-- bench: responses -->")[2].partition("<!-- end of responses -->")[0]
    names = [*(case.name for case in responses.CASES), *responses.FIRST_AFTER_A_WRITE]
    assert [] == [name for name in names if f"\n| {name} |" not in table]


def test_page_has_a_row_for_every_case_of_new_sandboxes() -> None:
    table = PAGE.partition("<!-- bench: new-sandboxes -->")[2].partition("<!-- end of new-sandboxes -->")[0]
    assert [] == [case.name for case in new_sandboxes.CASES if f"\n| {case.name} |" not in table]


@pytest.mark.parametrize("case", new_sandboxes.CASES, ids=lambda case: case.name)
def test_case_of_new_sandboxes_gets_the_expected_response(port: int, case: new_sandboxes.Case) -> None:
    name = f"bench-new-{new_sandboxes.CASES.index(case)}"
    body = fetch(port, case.request(name), is_rejection=case.is_rejection)
    assert case.is_rejection == body.startswith((b'{"status":"error"', b'{"errors"'))


@pytest.mark.parametrize("use", sandboxes.USES, ids=lambda use: use.name)
def test_sandboxes_are_used_by_successful_requests(port: int, use: sandboxes.Use) -> None:
    with Client(port) as client:
        for payload in use.requests("bench-used"):
            client.send(payload)


# ---- loads


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with MockServer() as server:
        port = urlsplit(server.url).port
        assert port is not None
        yield port


@pytest.mark.parametrize("connections", [1, 4])
def test_load_gets_responses(port: int, connections: int) -> None:
    assert (
        own_rate(port, Load([responses.CRATEJOY_ONE, responses.UNIVERSE_LIST], connections), 0.2) >= connections / 0.2
    )


def test_rejected_load_is_an_error(port: int) -> None:
    with pytest.raises(RuntimeError, match="expected 2xx responses"):
        own_rate(port, Load([request("/v1/orders/")]), 0.2)


def test_every_case_gets_a_response(port: int) -> None:
    turns = list(chain.from_iterable((*turn.before, turn.timed) for turn in responses.FIRST_AFTER_A_WRITE.values()))
    with Client(port) as client:
        for each in (*turns, *(case.load.requests[0] for case in responses.CASES)):
            client.send(each)


def test_peers_send_the_same_bytes_as_the_emulator(tmp_path: Any) -> None:
    write_files(tmp_path, b'{"id":1}', b'{"count":1}')
    mockoon = json.loads((tmp_path / "mockoon.json").read_text(encoding="utf-8"))
    assert ['{"id":1}', '{"count":1}'] == [route["responses"][0]["body"] for route in mockoon["routes"]]
    assert {"order": {"id": 1}, "list": {"count": 1}, "made": []} == json.loads(
        (tmp_path / "db.json").read_text(encoding="utf-8")
    )


# ---- nginx


KEYS = [f"docs.t{number}" for number in range(12)]


def send(url: str, path: str, user: str | None = None) -> None:
    headers = {} if user is None else basic(user)
    urllib.request.urlopen(urllib.request.Request(url + path, headers=headers), timeout=10).close()


@pytest.mark.slow
@pytest.mark.skipif(balanced.find_nginx() is None, reason="nginx is not installed: apt-get install nginx-light")
def test_requests_of_a_sandbox_reach_one_process() -> None:
    program = balanced.find_nginx()
    assert program is not None
    with ExitStack() as stack:
        both = [stack.enter_context(serving()).url for _ in range(2)]
        ports = [urlsplit(url).port or 0 for url in both]
        base = stack.enter_context(balanced.balanced(program, ports)).url
        for name in KEYS:
            send(base, f"/api/v1/orders/latest?key={name}@2")
            send(base, f"/orders?callback=f&key={name}%40164")
            send(base, f"/orders?key={name}")
            send(base, "/v1/orders/", name)
            send(base, "/v1/orders/?limit=1", f"{name}@7")
            send(base, f"/_mockorders/sandboxes/{name}/state")
        send(base, "/orders")
        assert 1 == get(f"{base}/_mockorders/sandboxes/_/requests", {})["count"]
        counts = {name: get(f"{base}/_mockorders/sandboxes/{name}/requests", {})["count"] for name in KEYS}
        assert dict.fromkeys(KEYS, 5) == counts
        there = [
            {each["name"] for each in get(f"{url}/_mockorders/sandboxes", {})["sandboxes"]} - {"_"} for url in both
        ]
    assert set(KEYS) == there[0] ^ there[1]
    assert all(there)
