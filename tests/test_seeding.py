"""Fixture sets: names, files, folders, what they extend; each made once, and what is wrong with one is said."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.contracts import shared_contract
from support.emulator import RunningEmulator, Start

from mockorders import create_app
from mockorders.apis import discover
from mockorders.errors import FixtureError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets

SHIPPED = ["default", "docs", "docs-queued", "edge", "empty"]
CUSTOMER = {"id": 7, "first_name": "", "last_name": "", "email": "", "label": None}

Write = Callable[[str, Any], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a fixture file: text or bytes as they are, anything else as JSON."""

    def writes(name: str, document: Any) -> str:
        file = tmp_path / f"{name}.json"
        text = document if isinstance(document, str | bytes) else json.dumps(document)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)

    return writes


def sets(*fixtures: str) -> FixtureSets:
    return FixtureSets(discover(), shared_contract(), fixtures)


def ids(world: Dataset, api: str = "universe", collection: str = "customers") -> list[int]:
    return world.bases[api][collection].ids


def customers(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"universe": {"customers": [{"id": number} for number in numbers]}, **more}


# ---- which set a sandbox starts from


def test_the_shipped_sets_are_there() -> None:
    assert (SHIPPED, "default") == (sets().names, sets().default)


@pytest.mark.parametrize(
    ("fixtures", "expected"),
    [((), "default"), (("docs",), "docs"), (("docs", "empty"), "empty"), (("large",), "large")],
)
def test_a_name_chooses_a_set(fixtures: tuple[str, ...], expected: str) -> None:
    assert expected == sets(*fixtures).default


@pytest.mark.parametrize(
    ("sandbox", "expected"),
    [
        ("docs", "docs"),
        ("docs.test_checkout", "docs"),
        ("docs.a.b", "docs"),
        ("docs-queued.x", "docs-queued"),
        ("test_checkout", "empty"),
        ("12345", "empty"),
        ("Docs", "empty"),
        ("docs_x", "empty"),
        (".docs", "empty"),
        ("large", "empty"),
        ("large.x", "empty"),
    ],
)
def test_a_sandbox_s_name_chooses_its_set(sandbox: str, expected: str) -> None:
    assert expected == sets("empty").set_for(sandbox)


def test_large_is_there_where_it_was_chosen() -> None:
    found = sets("large", "empty")
    assert (True, "large", "empty") == ("large" in found.names, found.set_for("large.x"), found.set_for("x"))


def test_a_file_adds_and_chooses_a_set(write: Write) -> None:
    found = sets(write("mine", customers(7)))
    assert ("mine", "mine", "docs") == (found.default, found.set_for("mine.x"), found.set_for("docs.x"))
    assert [7] == ids(found.load("mine"))


def test_a_folder_adds_its_files_and_chooses_none(write: Write, tmp_path: Path) -> None:
    write("one", customers(1))
    write("two", customers(2))
    (tmp_path / "note.txt").write_text("no fixtures")
    found = sets(str(tmp_path))
    assert ("default", sorted([*SHIPPED, "one", "two"])) == (found.default, found.names)
    assert ([1], [2]) == (ids(found.load("one")), ids(found.load("two")))


def test_a_user_s_set_of_the_same_name_wins(write: Write) -> None:
    found = sets(write("docs", customers(7)))
    assert [7] == ids(found.load(found.set_for("docs.x")))


def test_what_shipped_sets_extend_is_the_user_s_too(write: Write) -> None:
    assert [2, 7, 164] == ids(sets(write("docs", customers(2, 7, 164))).load("docs-queued"))


def test_the_last_name_or_file_is_chosen(write: Write) -> None:
    assert ["mine", "docs"] == [sets("docs", write("mine", {})).default, sets(write("mine", {}), "docs").default]


async def test_a_user_s_set_is_served(start: Start, write: Write) -> None:
    emulator = await start(fixtures=[write("mine", customers(7, current_customer=7)), "docs"])
    replies = [await emulator.universe("/orders", key) for key in ("mine", "mine.x", "other")]
    assert [[], [], [2, 3]] == [[order["id"] for order in reply.json["orders"]] for reply in replies]


# ---- extending


def test_a_set_extends_a_shipped_one(write: Write) -> None:
    dataset = sets(write("mine", customers(7, extends="docs"))).load("mine")
    assert ([1, 2, 7, 164], 2) == (ids(dataset), dataset.current_customer)


def test_a_set_extends_through_others(write: Write, tmp_path: Path) -> None:
    write("a", customers(1, current_customer=1, profile="observed", clock="2017-03-21"))
    write("b", customers(2, extends="a", current_customer=2))
    write("c", customers(3, extends="b", clock=None))
    dataset = sets(str(tmp_path)).load("c")
    assert ([1, 2, 3], 2, "observed", None) == (ids(dataset), dataset.current_customer, dataset.profile, dataset.clock)


def test_a_record_of_the_same_id_replaces_the_extended_one_whole(write: Write, tmp_path: Path) -> None:
    write("a", {"universe": {"customers": [{"id": 7, "first_name": "Ann", "email": "ann@example.com"}]}})
    write("b", {"extends": "a", "universe": {"customers": [{"id": 7, "first_name": "Bea"}]}})
    dataset = sets(str(tmp_path)).load("b")
    assert {**CUSTOMER, "first_name": "Bea"} == dataset.bases["universe"]["customers"].records[7]


def test_a_deleted_record_is_removed(write: Write) -> None:
    document = {"extends": "docs", "universe": {"orders": [{"id": 3, "deleted": True}]}}
    assert [2, 489] == ids(sets(write("mine", document)).load("mine"), "universe", "orders")


def test_what_is_not_there_may_be_deleted(write: Write) -> None:
    document = {"universe": {"orders": [{"id": 3, "deleted": True}]}}
    assert [] == ids(sets(write("mine", document)).load("mine"), "universe", "orders")


def test_the_extended_set_stays_as_it_is(write: Write) -> None:
    found = sets(write("mine", customers(7, extends="docs")))
    found.load("mine")
    assert [1, 2, 164] == ids(found.load("docs"))


def test_defaults_are_filled_in_in_the_schema_s_order(write: Write) -> None:
    document = {"universe": {"customers": [{"last_name": "Lee", "id": 7}]}}
    record = sets(write("mine", document)).load("mine").bases["universe"]["customers"].records[7]
    assert list({**CUSTOMER, "last_name": "Lee"}.items()) == list(record.items())


def test_an_empty_document_is_an_empty_set(write: Write) -> None:
    dataset = sets(write("mine", {})).load("mine")
    found = {len(base.ids) for collections in dataset.bases.values() for base in collections.values()}
    assert ({0}, None, None, None) == (found, dataset.current_customer, dataset.profile, dataset.clock)


def test_a_byte_order_mark_is_let_pass(write: Write) -> None:
    assert [7] == ids(sets(write("mine", b"\xef\xbb\xbf" + json.dumps(customers(7)).encode())).load("mine"))


async def test_the_set_s_clock_and_profile_hold(start: Start, write: Write) -> None:
    file = write("mine", {"extends": "docs", "clock": "2017-03-21T00:00:00Z", "profile": "observed"})
    emulator = await start(fixtures=file, clock="2001-01-01", profile="documented")
    look = (await emulator.control("PUT", "/sandboxes/mine", json={})).json
    assert ({"now": "2017-03-21T00:00:00Z", "frozen": True}, "observed") == (look["clock"], look["profile"])


# ---- what is wrong with a file

NAME_OF_A_SET = "expected the name of a set (default, docs, docs-queued, edge, empty, large, mine), got "

BAD: list[tuple[str, Any, str, str]] = [
    ("empty", b"", "", "expected JSON: Expecting value at line 1, column 1"),
    ("not JSON", "{universe: {}}", "", "expected JSON: Expecting property name enclosed in double quotes at line 1"),
    ("comment", "{} // nothing", "", "expected JSON: Extra data at line 1, column 4"),
    ("line and column", '{\n  "universe": {,}\n}', "", "expected JSON: Expecting property name"),
    ("not UTF-8", b'{"description": "\xff"}', "", "expected JSON in UTF-8"),
    ("NaN", '{"universe": NaN}', "", "expected JSON: NaN is not a JSON number"),
    (
        "the same name twice",
        '{"universe": {}, "universe": {}}',
        "",
        'expected each name once in an object, got "universe"',
    ),
    ("65 levels", '{"a":' * 65 + "1" + "}" * 65, "", "expected at most 64 levels of nesting"),
    ("100000 levels", "[" * 100_000, "", "expected at most 64 levels of nesting"),
    ("5000 digits", '{"current_customer": %s}' % ("9" * 5_000), "", "expected numbers of at most 40 digits"),
    ("lone surrogate", '{"description": "\\ud800"}', "", "expected text without lone surrogates"),
    ("a list", [], "", "expected an object, got []"),
    ("null", None, "", "expected an object, got null"),
    ("unknown API", {"amazon": {}}, "/amazon", "expected one of cratejoy, universe, "),
    ("records of no API", {"orders": []}, "/orders", "expected an object, got []"),
    ("unknown collection", {"universe": {"carts": []}}, "/universe/carts", "expected one of customers, orders"),
    ("no list", {"universe": {"orders": {}}}, "/universe/orders", "expected a list, got {}"),
    ("no record", {"universe": {"orders": [5]}}, "/universe/orders/0", "expected an object, got 5"),
    ("no id", {"universe": {"customers": [{"email": "a"}]}}, "/universe/customers/0", "expected an integer `id`"),
    ("text as id", {"universe": {"customers": [{"id": "7"}]}}, "/universe/customers/0", "expected an integer `id`"),
    ("boolean as id", {"universe": {"customers": [{"id": True}]}}, "/universe/customers/0/id", "expected an integer"),
    ("id below 0", customers(-1), "/universe/customers/0/id", "expected an integer"),
    ("id over 63 bits", customers(2**63), "/universe/customers/0/id", "expected an integer"),
    ("the same id twice", customers(1, 2, 1), "/universe/customers/2", "expected an integer `id` that is unique"),
    (
        "unknown property",
        {"universe": {"customers": [{"id": 1, "a/b~": 1}]}},
        "/universe/customers/0/a~1b~0",
        "Unknown property 'a/b~'",
    ),
    (
        "null for text",
        {"universe": {"customers": [{"id": 1, "email": None}]}},
        "/universe/customers/0/email",
        "expected text, got null",
    ),
    (
        "deleted and more",
        {"universe": {"customers": [{"id": 1, "deleted": True, "email": ""}]}},
        "/universe/customers/0/deleted",
        "Unknown property",
    ),
    (
        "deleted of no id",
        {"universe": {"customers": [{"deleted": True}]}},
        "/universe/customers/0",
        "expected an integer `id`",
    ),
    (
        "missing customer",
        {"cratejoy": {"addresses": [{"id": 1, "customer_id": 5}]}},
        "/cratejoy/addresses/0/customer_id",
        "expected ",
    ),
    ("unknown extends", {"extends": "nope"}, "/extends", NAME_OF_A_SET + "'nope'"),
    ("extends a path", {"extends": "../docs.json"}, "/extends", NAME_OF_A_SET + "'../docs.json'"),
    ("extends itself", {"extends": "mine"}, "/extends", "expected a set that does not extend itself"),
    ("extends a number", {"extends": 1}, "/extends", "expected text, got 1"),
    ("clock that is no time", {"clock": "noon"}, "/clock", "expected a time such as 2017-03-21T00:00:00Z, got 'noon'"),
    ("clock that is a number", {"clock": 0}, "/clock", "expected text or null, got 0"),
    ("unknown profile", {"profile": "real"}, "/profile", 'expected one of "documented", "observed", null, got "real"'),
    ("customer in text", {"current_customer": "2"}, "/current_customer", 'expected an integer or null, got "2"'),
    ("customer with decimals", {"current_customer": 2.0}, "/current_customer", "expected an integer or null, got 2.0"),
    ("no seed", {"generate": {"universe": {}}}, "/generate/seed", "is required, expected an integer"),
    (
        "generating for no API",
        {"generate": {"seed": 1, "amazon": {}}},
        "/generate/amazon",
        "expected the name of an API",
    ),
    (
        "generating what there is not",
        {"generate": {"seed": 1, "universe": {"carts": 1}}},
        "/generate/universe/carts",
        "Unknown property 'carts'",
    ),
    (
        "generating below 0",
        {"generate": {"seed": 1, "universe": {"customers": 1, "orders": -1}}},
        "/generate/universe/orders",
        "expected an integer",
    ),
]


@pytest.mark.parametrize(("document", "pointer", "expected"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_file_stops_the_start(write: Write, document: Any, pointer: str, expected: str) -> None:
    file = write("mine", document)
    with pytest.raises(FixtureError) as caught:
        create_app(fixtures=file)
    error = caught.value
    place = f"{file}{': ' + pointer if pointer else ''}: "
    assert (pointer, expected) == (error.members["pointer"], error.members["expected"][: len(expected)])
    assert place + error.members["expected"] == error.detail


@pytest.mark.parametrize("api", ["universe", "cratejoy"])
async def test_an_order_of_nobody_stops_the_start(emulator: RunningEmulator, write: Write, api: str) -> None:
    document = (await emulator.control("GET", "/sandboxes/docs/state")).json
    document[api]["customers"] = [each for each in document[api]["customers"] if each["id"] not in {2, 586402305}]
    with pytest.raises(
        FixtureError, match=rf"mine\.json: /{api}/\w+/0/customer_id: expected the id of one of {api}.customers, got "
    ):
        create_app(fixtures=write("mine", document))


DEEP: list[tuple[list[str | int], Any, str]] = [
    (["universe", "orders", 0, "plan", "price"], 50, "expected text"),
    (["universe", "orders", 0, "created_at"], "January 30, 2013", "expected text that matches"),
    (["universe", "orders", 0, "plan", "package"], None, "expected an object"),
    (["cratejoy", "orders", 0, "status"], "lost", "expected one of "),
    (["cratejoy", "orders", 0, "total"], "35.00", "expected an integer"),
    (["cratejoy", "orders", 0, "products", 0, "quantity"], 0, "expected an integer"),
    (["cratejoy", "orders", 0, "placed_at"], "yesterday", "expected text that matches"),
]


@pytest.mark.parametrize(("steps", "value", "expected"), DEEP, ids=[f"{row[0]}={row[1]}" for row in DEEP])
async def test_a_wrong_type_deep_inside_stops_the_start(
    emulator: RunningEmulator, write: Write, steps: list[str | int], value: Any, expected: str
) -> None:
    document = (await emulator.control("GET", "/sandboxes/docs/state")).json
    place = document
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    with pytest.raises(FixtureError) as caught:
        create_app(fixtures=write("mine", document))
    members = caught.value.members
    assert ("".join(f"/{step}" for step in steps), expected) == (
        members["pointer"],
        members["expected"][: len(expected)],
    )


def test_a_circle_of_sets_stops_the_start(write: Write, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        write(name, {"extends": other})
    with pytest.raises(FixtureError, match="/extends: expected a set that does not extend itself"):
        create_app(fixtures=str(tmp_path))


@pytest.mark.parametrize("fixture", ["nope", "nope.json", "no/such/folder", ""])
def test_a_fixture_that_there_is_not_stops_the_start(fixture: str) -> None:
    with pytest.raises(FixtureError, match=r"expected the name of a set \(default, docs, .*\), a file or a folder"):
        create_app(fixtures=[fixture])


def test_one_bad_file_of_a_folder_stops_the_start(write: Write, tmp_path: Path) -> None:
    write("a", {})
    write("b", {"amazon": {}})
    with pytest.raises(FixtureError, match=r"b\.json: /amazon: "):
        create_app(fixtures=str(tmp_path))


# ---- each set is made once, and only its own sandboxes wait


@pytest.mark.parametrize("name", ["docs", "docs-queued", "empty", "default", "edge"])
def test_every_shipped_set_can_be_made(name: str) -> None:
    assert name == sets().load(name).name


def test_nothing_is_made_before_it_is_asked_for() -> None:
    found = sets("docs")
    assert [None] * len(SHIPPED) == [found.loaded(name) for name in SHIPPED]


def test_a_set_is_made_once_for_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    builds = Builds(monkeypatch)
    builds.go.set()
    found, worlds = sets(), list[Dataset]()
    threads = [threading.Thread(target=lambda: worlds.append(found.load("docs"))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (["docs"], 10, 1) == (builds.names, len(worlds), len({id(dataset) for dataset in worlds}))


async def test_a_set_is_made_once_for_many_requests(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator, builds = await start(), Builds(monkeypatch)
    builds.go.set()
    replies = await asyncio.gather(*(emulator.universe("/orders", f"docs.{number}") for number in range(30)))
    assert ({200}, ["docs"]) == ({reply.status for reply in replies}, builds.names)


async def test_only_a_set_s_own_sandboxes_wait_for_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = await start()
    await emulator.universe("/orders", "docs")
    builds = Builds(monkeypatch)
    waiting = asyncio.create_task(emulator.universe("/orders", "empty.x"))
    await asyncio.to_thread(builds.begun.wait, 10)
    others = [
        await emulator.universe("/orders", "docs"),
        await emulator.cratejoy("GET", "/orders/", "docs.new"),
        await emulator.control("GET", "/health"),
        await emulator.control("GET", "/sandboxes"),
    ]
    waited = not waiting.done()
    builds.go.set()
    assert ([200] * 4, True, 200) == ([reply.status for reply in others], waited, (await waiting).status)


async def test_a_client_that_leaves_does_not_stop_the_making(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator, builds = await start(), Builds(monkeypatch)
    leaving = asyncio.create_task(emulator.universe("/orders", "empty.x"))
    await asyncio.to_thread(builds.begun.wait, 10)
    leaving.cancel()
    await emulator.control("GET", "/health")  # the server has seen it leave
    builds.go.set()
    reply = await emulator.universe("/orders", "empty.y")
    assert (200, ["empty"]) == (reply.status, builds.names)


@pytest.mark.timing
async def test_a_sandbox_of_a_set_that_is_made_costs_under_a_millisecond(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", "docs")
    taken = []
    for number in range(30):
        before = time.perf_counter()
        await emulator.universe("/orders", f"docs.{number}")
        first = time.perf_counter()
        await emulator.universe("/orders", f"docs.{number}")
        taken.append(first - before - (time.perf_counter() - first))
    assert sorted(taken)[len(taken) // 2] < 0.001


class Builds:
    """Holds the making of every set until told to go, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go, self.names = threading.Event(), threading.Event(), list[str]()
        build = FixtureSets._build

        def held(found: FixtureSets, name: str, chain: Any) -> Dataset:
            self.names.append(name)
            self.begun.set()
            assert self.go.wait(10)
            return build(found, name, chain)

        monkeypatch.setattr(FixtureSets, "_build", held)
