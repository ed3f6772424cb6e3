"""Fixture sets: names, files, folders, `extends`; loaded once, and rejected with clear messages."""

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from support.contracts import shared_contract
from support.emulator import RunningEmulator, Start

from mockorders import create_app
from mockorders.apis import discover
from mockorders.fixture_sets.dataset import Dataset, LoadedSet
from mockorders.fixture_sets.errors import FixtureError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.validation.records import fill_defaults

SHIPPED = ["default", "docs", "docs-queued", "edge", "empty"]
CUSTOMER = fill_defaults("universe/record-customers", {"id": 7})

Write = Callable[[str, Any], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a fixture file: text or bytes unchanged, anything else as JSON."""

    def writes(name: str, document: Any) -> str:
        file = tmp_path / f"{name}.json"
        text = document if isinstance(document, str | bytes) else json.dumps(document)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)

    return writes


def sets(*fixtures: str) -> FixtureSets:
    return FixtureSets(discover(), shared_contract(), fixtures)


def ids(loaded: Dataset, api: str = "universe", collection: str = "customers") -> list[int]:
    return loaded.bases[api][collection].ids


def customers(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"universe": {"customers": [{"id": number} for number in numbers]}, **more}


# ---- the initial set of a sandbox


def test_shipped_sets_are_found() -> None:
    assert (SHIPPED, "default") == (sets().names, sets().default)


@pytest.mark.parametrize(
    ("fixtures", "expected"),
    [((), "default"), (("docs",), "docs"), (("docs", "empty"), "empty"), (("large",), "large")],
)
def test_name_selects_a_set(fixtures: tuple[str, ...], expected: str) -> None:
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
def test_name_of_a_sandbox_selects_its_set(sandbox: str, expected: str) -> None:
    assert expected == sets("empty").set_for(sandbox)


def test_large_set_is_available_if_selected() -> None:
    found = sets("large", "empty")
    assert (True, "large", "empty") == ("large" in found.names, found.set_for("large.x"), found.set_for("x"))


def test_file_adds_and_selects_a_set(write: Write) -> None:
    found = sets(write("mine", customers(7)))
    assert ("mine", "mine", "docs") == (found.default, found.set_for("mine.x"), found.set_for("docs.x"))
    assert [7] == ids(found.load("mine"))


def test_folder_adds_its_files_but_selects_none(write: Write, tmp_path: Path) -> None:
    write("one", customers(1))
    write("two", customers(2))
    (tmp_path / "note.txt").write_text("no fixtures")
    found = sets(str(tmp_path))
    assert ("default", sorted([*SHIPPED, "one", "two"])) == (found.default, found.names)
    assert ([1], [2]) == (ids(found.load("one")), ids(found.load("two")))


def test_user_set_overrides_one_of_the_same_name(write: Write) -> None:
    found = sets(write("docs", customers(7)))
    assert [7] == ids(found.load(found.set_for("docs.x")))


def test_shipped_sets_extend_the_user_set(write: Write) -> None:
    assert [2, 7, 164] == ids(sets(write("docs", customers(2, 7, 164))).load("docs-queued"))


def test_last_name_or_file_is_selected(write: Write) -> None:
    assert ["mine", "docs"] == [sets("docs", write("mine", {})).default, sets(write("mine", {}), "docs").default]


async def test_user_set_is_served(start: Start, write: Write) -> None:
    emulator = await start(fixtures=[write("mine", customers(7, current_customer=7)), "docs"])
    replies = [await emulator.universe("/orders", key) for key in ("mine", "mine.x", "other")]
    assert [[], [], [2, 3]] == [[order["id"] for order in reply.json["orders"]] for reply in replies]


# ---- extending


def test_set_extends_a_shipped_one(write: Write) -> None:
    dataset = sets(write("mine", customers(7, extends="docs"))).load("mine")
    assert ([1, 2, 7, 164], 2) == (ids(dataset), dataset.current_customer)


def test_set_extends_through_others(write: Write, tmp_path: Path) -> None:
    write("a", customers(1, current_customer=1, profile="observed", clock="2017-03-21"))
    write("b", customers(2, extends="a", current_customer=2))
    write("c", customers(3, extends="b", clock=None))
    dataset = sets(str(tmp_path)).load("c")
    assert ([1, 2, 3], 2, "observed", None) == (ids(dataset), dataset.current_customer, dataset.profile, dataset.clock)


def test_record_replaces_the_extended_one_of_the_same_id(write: Write, tmp_path: Path) -> None:
    write("a", {"universe": {"customers": [{"id": 7, "first_name": "Ann", "email": "ann@example.com"}]}})
    write("b", {"extends": "a", "universe": {"customers": [{"id": 7, "first_name": "Bea"}]}})
    dataset = sets(str(tmp_path)).load("b")
    assert {**CUSTOMER, "first_name": "Bea"} == dataset.bases["universe"]["customers"].records[7]


def test_deleted_record_is_removed(write: Write) -> None:
    document = {"extends": "docs", "universe": {"orders": [{"id": 3, "deleted": True}]}}
    assert [2, 489] == ids(sets(write("mine", document)).load("mine"), "universe", "orders")


def test_missing_record_can_be_deleted(write: Write) -> None:
    document = {"universe": {"orders": [{"id": 3, "deleted": True}]}}
    assert [] == ids(sets(write("mine", document)).load("mine"), "universe", "orders")


def test_extended_set_is_unchanged(write: Write) -> None:
    found = sets(write("mine", customers(7, extends="docs")))
    found.load("mine")
    assert [1, 2, 164] == ids(found.load("docs"))


def test_defaults_are_filled_in_in_the_order_of_the_schema(write: Write) -> None:
    document = {"universe": {"customers": [{"last_name": "Lee", "id": 7}]}}
    record = sets(write("mine", document)).load("mine").bases["universe"]["customers"].records[7]
    assert list({**CUSTOMER, "last_name": "Lee"}.items()) == list(record.items())


def test_empty_document_is_an_empty_set(write: Write) -> None:
    dataset = sets(write("mine", {})).load("mine")
    bases = chain.from_iterable(collections.values() for collections in dataset.bases.values())
    found = {len(base.ids) for base in bases}
    assert ({0}, None, None, None) == (found, dataset.current_customer, dataset.profile, dataset.clock)


def test_byte_order_mark_is_accepted(write: Write) -> None:
    assert [7] == ids(sets(write("mine", b"\xef\xbb\xbf" + json.dumps(customers(7)).encode())).load("mine"))


async def test_clock_and_profile_of_the_set_are_used(start: Start, write: Write) -> None:
    file = write("mine", {"extends": "docs", "clock": "2017-03-21T00:00:00Z", "profile": "observed"})
    emulator = await start(fixtures=file, clock="2001-01-01", profile="documented")
    info = (await emulator.control("PUT", "/sandboxes/mine", json={})).json
    assert ({"now": "2017-03-21T00:00:00Z", "frozen": True}, "observed") == (info["clock"], info["profile"])


def test_user_set_extends_the_shipped_set_of_its_name(write: Write) -> None:
    found = sets(write("docs", customers(7, extends="docs")))
    assert [1, 2, 7, 164] == ids(found.load("docs"))
    assert [1, 2, 7, 164] == ids(found.load("docs-queued"))


def test_user_set_extends_the_shipped_set_of_its_name_through_others(write: Write) -> None:
    assert [1, 2, 7, 164] == ids(sets(write("docs", customers(7, extends="docs-queued"))).load("docs"))


def test_set_that_extends_the_shipped_one_of_its_name_is_loaded_once(write: Write) -> None:
    found = sets(write("docs", customers(7, extends="docs")))
    before = found.load("docs")
    assert before is found.reload(lambda error: pytest.fail(str(error))).load("docs")


def test_schema_for_editors_is_ignored(write: Write) -> None:
    assert [7] == ids(sets(write("mine", customers(7, **{"$schema": "./fixture-set.json"}))).load("mine"))


# ---- invalid files

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
    ("unknown API", {"amazon": {}}, "/amazon", "Unknown property 'amazon', expected one of cratejoy, universe, "),
    ("records of no API", {"orders": []}, "/orders", "Unknown property 'orders', expected one of cratejoy, "),
    ("misspelled property", {"ekstends": "docs"}, "/ekstends", "Unknown property 'ekstends', did you mean 'extends'?"),
    ("another case", {"Universe": {}}, "/Universe", "Unknown property 'Universe', did you mean 'universe'?"),
    ("text for an API", {"universe": "x"}, "/universe", 'expected an object, got "x"'),
    (
        "unknown collection",
        {"universe": {"carts": []}},
        "/universe/carts",
        "Unknown property 'carts', expected one of customers, orders, plans, fanclubs, item_types",
    ),
    ("no list", {"universe": {"orders": {}}}, "/universe/orders", "expected a list, got {}"),
    ("no record", {"universe": {"orders": [5]}}, "/universe/orders/0", "expected an object, got 5"),
    ("no id", {"universe": {"customers": [{"email": "a"}]}}, "/universe/customers/0", "expected an integer `id`"),
    ("text as id", {"universe": {"customers": [{"id": "7"}]}}, "/universe/customers/0", "expected an integer `id`"),
    ("boolean as id", {"universe": {"customers": [{"id": True}]}}, "/universe/customers/0/id", "expected an integer"),
    ("id below 0", customers(-1), "/universe/customers/0/id", "expected an integer"),
    (
        "id over 63 bits",
        customers(2**63),
        "/universe/customers/0/id",
        "expected an integer from 0 to 9223372036854775807, got 9223372036854775808",
    ),
    (
        "misspelled collection",
        {"universe": {"order": []}},
        "/universe/order",
        "Unknown property 'order', did you mean 'orders'?",
    ),
    (
        "misspelled property of a record",
        {"universe": {"customers": [{"id": 1, "frist_name": ""}]}},
        "/universe/customers/0/frist_name",
        "Unknown property 'frist_name', did you mean 'first_name'?",
    ),
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
def test_invalid_file_aborts_startup(write: Write, document: Any, pointer: str, expected: str) -> None:
    file = write("mine", document)
    with pytest.raises(FixtureError) as caught:
        create_app(fixtures=file)
    error = caught.value
    place = f"{file}{': ' + pointer if pointer else ''}: "
    assert (pointer, expected) == (error.members["pointer"], error.members["message"][: len(expected)])
    assert place + error.members["message"] == error.lines[0]


@pytest.mark.parametrize("api", ["universe", "cratejoy"])
async def test_order_without_a_customer_aborts_startup(emulator: RunningEmulator, write: Write, api: str) -> None:
    document = (await emulator.control("GET", "/sandboxes/docs/state")).json
    document[api]["customers"] = [each for each in document[api]["customers"] if each["id"] not in {2, 586402305}]
    with pytest.raises(
        FixtureError,
        match=rf"mine\.json: /{api}/\w+/0/customer_id: expected the id of a record of {api}.customers, got ",
    ):
        create_app(fixtures=write("mine", document))


DEEP: list[tuple[list[str | int], Any, str]] = [
    (["universe", "orders", 0, "plan", "price"], 50, "expected text"),
    (["universe", "orders", 0, "created_at"], "January 30, 2013", "expected a date such as 2017-03-21, got"),
    (["universe", "orders", 0, "paid_at"], "2017-02-30", "expected a date such as 2017-03-21 or null, got"),
    (["universe", "orders", 0, "plan", "price"], "1,50", 'expected a decimal number in text, such as "35.00", got'),
    (["universe", "orders", 0, "plan", "package"], None, "expected an object"),
    (["cratejoy", "orders", 0, "status"], "lost", "expected one of "),
    (["cratejoy", "orders", 0, "total"], "35.00", "expected an integer"),
    (["cratejoy", "orders", 0, "products", 0, "quantity"], 0, "expected an integer"),
    (["cratejoy", "orders", 0, "placed_at"], "yesterday", "expected a time such as 2017-03-21T00:00:00Z, got"),
]


@pytest.mark.parametrize(("steps", "value", "expected"), DEEP, ids=[f"{row[0]}={row[1]}" for row in DEEP])
async def test_nested_wrong_type_aborts_startup(
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
        members["message"][: len(expected)],
    )


def test_all_violations_of_a_file_are_reported(write: Write) -> None:
    orders = [{"id": 1, "total": "x", "totl": 1}, 5]
    document = {
        "clok": 1,
        "profile": "real",
        "clock": "noon",
        "universe": {"customers": [{}]},
        "cratejoy": {"orders": orders},
    }
    with pytest.raises(FixtureError) as caught:
        create_app(fixtures=write("mine", document))
    pointers = {each.pointer for each in caught.value.violations}
    expected = {
        "/clok",
        "/profile",
        "/clock",
        "/universe/customers/0",
        "/cratejoy/orders/0/total",
        "/cratejoy/orders/1",
    }
    assert expected == expected & pointers
    assert len(caught.value.lines) == str(caught.value).count("mine.json: /")


def test_twenty_violations_of_a_file_are_reported(write: Write) -> None:
    with pytest.raises(FixtureError) as caught:
        create_app(fixtures=write("mine", customers(*[-1 - number for number in range(30)])))
    assert [f"/universe/customers/{number}/id" for number in range(20)] == [
        each.pointer for each in caught.value.violations
    ]


def test_all_missing_references_are_reported(write: Write) -> None:
    addresses = [{"id": number, "customer_id": 5} for number in range(2)]
    with pytest.raises(FixtureError) as caught:
        create_app(
            fixtures=write("mine", {"extends": "docs", "generate": {"seed": 1}, "cratejoy": {"addresses": addresses}})
        )
    assert ["/cratejoy/addresses/0", "/cratejoy/addresses/1"] == sorted(
        {each.pointer.rpartition("/")[0] for each in caught.value.violations}
    )


def test_cycle_of_sets_aborts_startup(write: Write, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        write(name, {"extends": other})
    with pytest.raises(FixtureError, match="/extends: expected a set that does not extend itself"):
        create_app(fixtures=str(tmp_path))


@pytest.mark.parametrize("fixture", ["nope", "nope.json", "no/such/folder", ""])
def test_missing_fixture_aborts_startup(fixture: str) -> None:
    with pytest.raises(FixtureError, match=r"expected the name of a set \(default, docs, .*\), a file or a folder"):
        create_app(fixtures=[fixture])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are files on POSIX systems only")
@pytest.mark.parametrize("in_folder", [True, False])
def test_pipe_aborts_startup(tmp_path: Path, *, in_folder: bool) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    with pytest.raises(FixtureError, match=r"pipe\.json: expected a readable file: not a regular file"):
        create_app(fixtures=str(tmp_path if in_folder else pipe))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_device_aborts_startup(tmp_path: Path) -> None:
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    with pytest.raises(FixtureError, match=r"zero\.json: expected a readable file: not a regular file"):
        create_app(fixtures=str(tmp_path))


def test_folder_with_the_name_of_a_file_aborts_startup(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(FixtureError, match=r"folder\.json: expected a readable file: not a regular file"):
        create_app(fixtures=str(tmp_path))


def test_link_to_a_file_is_read(write: Write, tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "mine.json").symlink_to(write("target", customers(7)))
    assert [7] == ids(sets(str(tmp_path / "sets")).load("mine"))


def test_invalid_file_in_a_folder_aborts_startup(write: Write, tmp_path: Path) -> None:
    write("a", {})
    write("b", {"amazon": {}})
    with pytest.raises(FixtureError, match=r"b\.json: /amazon: "):
        create_app(fixtures=str(tmp_path))


# ---- each set is loaded once, and only its sandboxes wait


@pytest.mark.parametrize("name", ["docs", "docs-queued", "empty", "default", "edge"])
def test_every_shipped_set_can_be_loaded(name: str) -> None:
    assert name == sets().load(name).name


def test_sets_are_loaded_on_first_use() -> None:
    found = sets("docs")
    assert [None] * len(SHIPPED) == [found.loaded(name) for name in SHIPPED]


def test_set_is_loaded_once_for_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    builds = Builds(monkeypatch)
    builds.go.set()
    found = sets()
    datasets = list[Dataset]()
    threads = [threading.Thread(target=lambda: datasets.append(found.load("docs"))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (["docs"], 10, 1) == (builds.names, len(datasets), len({id(dataset) for dataset in datasets}))


async def test_set_is_loaded_once_for_many_requests(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = await start(fixtures="docs")
    builds = Builds(monkeypatch)
    builds.go.set()
    replies = await asyncio.gather(*(emulator.universe("/orders", f"docs.{number}") for number in range(30)))
    assert ({200}, ["docs"]) == ({reply.status for reply in replies}, builds.names)


async def test_loading_a_set_delays_only_its_sandboxes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
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


async def test_disconnecting_client_does_not_cancel_the_loading(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = await start()
    builds = Builds(monkeypatch)
    leaving = asyncio.create_task(emulator.universe("/orders", "empty.x"))
    await asyncio.to_thread(builds.begun.wait, 10)
    leaving.cancel()
    await emulator.control("GET", "/health")  # the server has noticed the disconnect
    builds.go.set()
    reply = await emulator.universe("/orders", "empty.y")
    assert (200, ["empty"]) == (reply.status, builds.names)


@pytest.mark.timing
async def test_sandbox_of_a_loaded_set_is_created_in_under_a_millisecond(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", "docs")
    seconds = []
    for number in range(30):
        before = time.perf_counter()
        await emulator.universe("/orders", f"docs.{number}")
        first = time.perf_counter()
        await emulator.universe("/orders", f"docs.{number}")
        seconds.append(first - before - (time.perf_counter() - first))
    assert sorted(seconds)[len(seconds) // 2] < 0.001


class Builds:
    """Blocks the loading of every set until released, and counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()
        self.names = list[str]()
        load = FixtureSets._load

        def held(found: FixtureSets, name: str) -> LoadedSet:
            self.names.append(name)
            self.begun.set()
            assert self.go.wait(10)
            return load(found, name)

        monkeypatch.setattr(FixtureSets, "_load", held)
