"""Schemas are complete, both validators agree, and invalid responses become errors."""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.emulator import Reply, RunningEmulator, Serve, Start, example
from support.examples import examples

from mockorders.apis import discover
from mockorders.app import make_app
from mockorders.config import Settings
from mockorders.emulator import Emulator
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.formats.parsing import JsonFloat, parse_json
from mockorders.validation import schemas
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import (
    coerce,
    load_schema,
    merged_properties,
    resolve_ref,
    schema_for_profile,
    schema_names,
)
from mockorders.validation.validator import Validator
from mockorders.validation.violations import Violation

SCHEMAS = schema_names()
SETS = ("docs", "docs-queued", "default", "edge", "empty")
OPEN_ORDER = 75572230
CUSTOMER = 586402305
SAMPLE = 50


# The schemas


def test_all_kinds_of_schemas_exist() -> None:
    wanted = {"cratejoy/order", "cratejoy/create-order", "universe/order", "control/clock", "fixture-set"}
    assert wanted <= set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_valid_2020_12(name: str) -> None:
    schema = schemas.read_schema(name)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_has_a_title_and_every_property_a_description(name: str) -> None:
    schema = schemas.read_schema(name)
    own = merged_properties({key: value for key, value in schema.items() if key != "$ref"}, name)
    inherited = merged_properties(schema, name)
    bare = [place for place, each in properties(schema, "") if not each.get("description")]
    refined = [f"/{key}" for key in own if inherited[key].get("description")]
    assert schema["title"]
    assert set(bare) <= set(refined)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_resolves(name: str) -> None:
    for place, reference in references(schemas.read_schema(name), ""):
        assert resolve_ref(name, reference) in SCHEMAS, place


def properties(schema: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every property at every level, with its location."""
    if isinstance(schema, list):
        for number, each in enumerate(schema):
            yield from properties(each, f"{place}[{number}]")
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        if key == "properties":
            for prop, inner in value.items():
                yield f"{place}/{prop}", inner
                yield from properties(inner, f"{place}/{prop}")
        elif key not in {"enum", "const", "default", "examples"}:
            yield from properties(value, f"{place}/{key}" if key not in {"items", "anyOf", "oneOf"} else f"{place}[]")


def members(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return the members of an object or list with their keys or indexes; nothing for other values."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def references(schema: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every `$ref`, with its location."""
    for key, value in members(schema):
        if key == "$ref":
            yield place, value
        else:
            yield from references(value, f"{place}/{key}")


# Messages


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_message_shows_a_regular_expression(name: str) -> None:
    unexplained = [
        place
        for place, each in subschemas(schemas.read_schema(name), "")
        if "pattern" in each and not ("x-expected" in each or each.get("format") in {"date", "date-time"})
    ]
    assert [] == unexplained


def subschemas(schema: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every object of a schema, with its location."""
    if isinstance(schema, dict):
        yield place, schema
    for key, value in members(schema):
        yield from subschemas(value, f"{place}/{key}")


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (
            "cratejoy/record-customers id",
            2**63,
            "expected an integer from 0 to 9223372036854775807, got 9223372036854775808",
        ),
        ("cratejoy/record-customers id", -1, "expected an integer of at least 0, got -1"),
        ("cratejoy/record-customers id", "1", 'expected an integer of at least 0, got "1"'),
        (
            "cratejoy/record-fulfillments tax",
            10**18 + 1,
            f"expected an integer from {-(10**18)} to {10**18}, got {10**18 + 1}",
        ),
        ("cratejoy/record-fulfillments tax", None, "expected an integer, got null"),
        (
            "cratejoy/record-fulfillments shipment_id",
            2**63,
            f"expected an integer or null from 0 to {2**63 - 1}, got {2**63}",
        ),
        (
            "cratejoy/record-transactions created_at",
            "now",
            'expected a time such as 2017-03-21T00:00:00Z, got "now"',
        ),
        (
            "cratejoy/record-subscriptions end_date",
            "now",
            'expected a time such as 2017-03-21T00:00:00Z or null, got "now"',
        ),
        ("universe/record-orders paid_at", "now", 'expected a date such as 2017-03-21 or null, got "now"'),
        (
            "universe/parameters callback",
            "a b",
            'expected the name of a function: up to 128 letters, digits, _, $, ., [ and ], got "a b"',
        ),
    ],
)
def test_message_states_what_was_expected_in_words(contract: Validator, place: str, value: Any, expected: str) -> None:
    schema, name = place.split()
    found = contract.violations(schema, {name: value})
    assert [expected] == [each.message for each in found if each.path == (name,)]


# Two validators


@pytest.mark.parametrize("name", SETS)
def test_both_validators_accept_every_shipped_record(contract: Validator, name: str) -> None:
    apis = discover()
    dataset = FixtureSets(apis, contract).load(name)
    for api in apis:
        for collection, base in dataset.bases[api.name].items():
            schema = record_schema(api.name, collection)
            records = list(base.records.values())
            assert [] == [record["id"] for record in records if not contract.is_valid(schema, record)]
            assert [] == [record["id"] for record in spread(records) if contract.describe(schema, record)]


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("name", SETS)
async def test_both_validators_accept_responses_of_cratejoy(
    start: Start, contract: Validator, name: str, profile: str
) -> None:
    emulator = await start(profile=profile)
    for query in ("with=all", "with="):
        page = (await emulator.cratejoy("GET", f"/orders/?limit=100000&{query}", name)).json
        schema = schema_for_profile("cratejoy/orders-response", profile)
        assert contract.is_valid(schema, page)
        check_both_accept(contract, schema, {**page, "results": spread(page["results"])})


@pytest.mark.parametrize("name", SETS)
async def test_both_validators_accept_responses_of_universe(start: Start, contract: Validator, name: str) -> None:
    emulator = await start()
    state = (await emulator.control("GET", f"/sandboxes/{name}/state")).json["universe"]
    for customer in spread(state["customers"]):
        reply = await emulator.universe("/orders", f"{name}@{customer['id']}")
        check_both_accept(contract, "universe/orders-response", parsed_as_floats(reply))
        for order in reply.json["orders"][:2]:
            detail = await emulator.universe(f"/orders/{order['id']}", f"{name}@{customer['id']}")
            check_both_accept(contract, "universe/order-response", parsed_as_floats(detail))


def spread(items: list[Any]) -> list[Any]:
    """Return all of a short list, and items from all parts of a long one, because the slow validator needs seconds."""
    return items[:: 1 + len(items) // SAMPLE]


def parsed_as_floats(reply: Reply) -> Any:
    """Parse a response with floats, as any client would."""
    return json.loads(reply.body)


def check_both_accept(contract: Validator, schema: str, value: Any) -> None:
    assert (True, []) == (contract.is_valid(schema, value), contract.describe(schema, value))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("cratejoy/create-order", example("cratejoy/create_order")),
        ("cratejoy/update-order", example("cratejoy/update_note")),
        ("cratejoy/update-order", example("cratejoy/update_gift")),
        ("universe/orders-response", example("universe/orders_desc")),
        ("universe/orders-response", example("universe/orders_queued")),
        ("universe/order-response", example("universe/order_489")),
        ("universe/order-response", example("universe/order_489_queued")),
        ("universe/error", example("universe/order_not_yours")),
        ("universe/error", example("universe/latest_no_orders")),
    ],
)
def test_both_validators_accept_the_documented_examples(contract: Validator, schema: str, value: Any) -> None:
    check_both_accept(contract, schema, value)


@cache
def values(name: str) -> st.SearchStrategy[Any]:
    """Draw values that match a schema, or almost do."""
    return _values(schemas.read_schema(name), name)


def _values(schema: Mapping[str, Any], name: str) -> st.SearchStrategy[Any]:
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None and all("type" in each or "$ref" in each or "enum" in each for each in choices):
        return st.one_of([_values(each, name) for each in choices])
    if "$ref" in schema and "properties" not in schema:
        return values(resolve_ref(name, schema["$ref"]))
    types = schema.get("type", "object")
    return st.one_of([_of_type(each, schema, name) for each in ([types] if isinstance(types, str) else types)])


def _of_type(kind: str, schema: Mapping[str, Any], name: str) -> st.SearchStrategy[Any]:
    if kind == "object":
        return _objects(schema, name)
    if kind == "array":
        low = schema.get("minItems", 0)
        most = min(schema.get("maxItems", low + 2), low + 2)
        return st.lists(_values(schema.get("items", {"type": "null"}), name), min_size=low, max_size=most)
    if kind == "string":
        return _texts(schema)
    if kind in {"integer", "number"}:
        return st.integers(schema.get("minimum", -(2**63)), schema.get("maximum", 2**63))
    return st.booleans() if kind == "boolean" else st.none()


def _objects(schema: Mapping[str, Any], name: str) -> st.SearchStrategy[Any]:
    known = {key: _values(inner, name) for key, inner in merged_properties(schema, name).items()}
    required = set(_required(schema, name)) & set(known)
    optional = {key: inner for key, inner in known.items() if key not in required}
    return st.fixed_dictionaries({key: known[key] for key in sorted(required)}, optional=optional)


def _required(schema: Mapping[str, Any], name: str) -> list[str]:
    target = resolve_ref(name, schema["$ref"]) if "$ref" in schema else None
    inherited = [] if target is None else _required(schemas.read_schema(target), target)
    return [*inherited, *schema.get("required", ())]


def _texts(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(re.compile(schema["pattern"].removesuffix("$") + r"\Z", re.ASCII))
    return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 5), 5))


STRANGE: list[Any] = [
    None,
    True,
    0,
    1,
    -1,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**30,
    10**14 + 1,
    "",
    "\n",
    "0",
    "true",
    "é",
    "\U0001f381",
    "2013-02-30",
    "2016-12-31T23:59:60Z",
    "0000-01-01T00:00:00Z",
    [],
    [None],
    {},
    {"x": None},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Yield every location in a value."""
    inner = chain.from_iterable(places(member, (*path, key)) for key, member in members(value))
    return [path, *inner]


def changed(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    """Return a copy of a value with another value at a location; removes it if the change is Ellipsis."""
    if not path:
        return None if change is ... else change
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and change is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(value[path[0]], path[1:], change)
    return copy


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def values_with_a_violation(draw: st.DrawFn, name: str) -> Any:
    """Draw a valid value, possibly with one violation."""
    value = draw(values(name))
    path = draw(st.sampled_from(places(value)))
    here = at(value, path)
    kinds = ["nothing", "drop", "strange"]
    kinds += ["extra"] if isinstance(here, dict) else []
    kinds += ["line", "space", "cut", "case"] if isinstance(here, str) else []
    kinds += ["twice"] if isinstance(here, list) and here else []
    kinds += ["far", "text"] if isinstance(here, int) else []
    changes: dict[str, Any] = {
        "nothing": lambda: here,
        "drop": lambda: ...,
        "strange": lambda: draw(st.sampled_from(STRANGE)),
        "extra": lambda: {**here, "unheard of": 1},
        "line": lambda: here + "\n",
        "space": lambda: " " + here,
        "cut": lambda: here[:-1],
        "case": here.swapcase if isinstance(here, str) else None,
        "twice": lambda: here * 300,
        "far": lambda: here + draw(st.sampled_from((-1, 1))) * 10 ** draw(st.integers(0, 40)),
        "text": lambda: str(here),
    }
    return changed(value, path, changes[draw(st.sampled_from(kinds))]())


CHECKED = settings(
    max_examples=examples(30),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("name", SCHEMAS)
@CHECKED
@given(data=st.data())
def test_both_validators_agree_on_any_value(contract: Validator, name: str, data: st.DataObject) -> None:
    value = data.draw(values_with_a_violation(name))
    fast = contract.is_valid(name, value)
    slow = contract.describe(name, value)
    assert fast == (not slow), slow


@pytest.mark.parametrize("name", SCHEMAS)
@settings(CHECKED, max_examples=examples(10))
@given(data=st.data(), text=st.sampled_from(["5.0", "1e30", "0.0", "-1.5", "1E2"]))
def test_float_is_never_accepted_by_the_fast_path(
    contract: Validator, name: str, data: st.DataObject, text: str
) -> None:
    value = data.draw(values(name))
    numbers = [path for path in places(value) if type(at(value, path)) is int]
    if numbers:
        broken = changed(value, data.draw(st.sampled_from(numbers)), JsonFloat(text))
        assert not contract.is_valid(name, broken)
        assert name in TAKE_NUMBERS or contract.describe(name, broken)


def refers_to(name: str) -> set[str]:
    """Return a schema and all schemas that it refers to, by name."""
    text = json.dumps(load_schema(name))
    found = {name}
    for reference in re.findall(r'"\$ref": "([^"#]+)\.json', text):
        found |= refers_to(f"{name.rpartition('/')[0]}/{reference}")
    return found


# Numbers that need not be integers: Universe's listed prices, Cratejoy's weights, delays and probabilities of faults.
TAKE_NUMBERS = {
    name for name in SCHEMAS if any('"number"' in json.dumps(load_schema(each)) for each in refers_to(name))
}


@pytest.mark.parametrize("text", ["5.0", "1e30", "5.5", "1e0", "-0.0"])
@pytest.mark.parametrize(
    ("schema", "body", "field"),
    [
        ("cratejoy/create-order", '{"customer":{"id":1},"products":[],"cust_pay_id":%s}', "cust_pay_id"),
        ("control/advance", '{"seconds":%s}', "seconds"),
        ("universe/record-customers", '{"id":%s}', "id"),
    ],
)
def test_integers_are_validated_by_their_type(
    contract: Validator, schema: str, body: str, field: str, text: str
) -> None:
    fields = [violation.field for violation in contract.violations(schema, parse_json((body % text).encode()))]
    assert field in fields


def test_prerendered_views_are_not_validated_again(contract: Validator) -> None:
    page = {"count": 1, "next": None, "prev": None, "results": [{"nonsense": 1}]}
    prerendered = frozenset({"cratejoy/order"})
    found = [
        bool(contract.violations("cratejoy/orders-response", page, each)) for each in (frozenset[str](), prerendered)
    ]
    assert [True, False] == found
    assert contract.violations("cratejoy/orders-response", {**page, "count": -1}, prerendered)


def test_at_most_20_violations_are_listed(contract: Validator) -> None:
    body = {f"unknown{number}": 1 for number in range(100)}
    assert 20 == len(contract.violations("cratejoy/update-order", body))


def test_unknown_schema_is_a_key_error(contract: Validator) -> None:
    with pytest.raises(KeyError):
        contract.violations("cratejoy/nothing", {})


@pytest.mark.parametrize(
    ("path", "pointer", "field"),
    [
        ((), "", ""),
        (("a",), "/a", "a"),
        (("a", 0, "b"), "/a/0/b", "a[0].b"),
        ((0,), "/0", "[0]"),
        (("a/b", "~c"), "/a~1b/~0c", "a/b.~c"),
    ],
)
def test_locations_are_pointers_and_readable_paths(path: tuple[Any, ...], pointer: str, field: str) -> None:
    violation = Violation(path, "expected text")
    assert (pointer, field) == (violation.pointer, violation.field)
    assert violation.as_sentence("body") == f"{field or 'body'}: expected text"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("5", 5),
        ("-5", -5),
        ("007", 7),
        ("5.0", "5.0"),
        (" 5", " 5"),
        ("5\n", "5\n"),
        ("1_000", "1_000"),
        ("\uff15", "\uff15"),
        ("", ""),
        ("true", "true"),
        ("9" * 41, "9" * 41),
    ],
)
def test_text_is_converted_to_an_integer_only_if_the_schema_has_one(text: str, read: Any) -> None:
    line = {"product_instance": {"id": text}, "quantity": text, "term": {"name": text}}
    expected = {"product_instance": {"id": read}, "quantity": read, "term": {"name": text}}
    assert {"products": [expected]} == coerce("cratejoy/create-order", {"products": [line]})


@pytest.mark.parametrize(("text", "read"), [("true", True), ("false", False), ("1", "1"), ("True", "True"), ("", "")])
def test_text_is_converted_to_a_boolean_only_if_the_schema_has_one(text: str, read: Any) -> None:
    given = {"is_gift": text, "note": text}
    expected = {"is_gift": read, "note": text}
    assert expected == coerce("cratejoy/update-order", given)


# Responses that violate their schema


class Broken:
    """An emulator with access to its records, to store some that no request could store."""

    def __init__(self, core: Emulator, emulator: RunningEmulator) -> None:
        self.core = core
        self.emulator = emulator

    async def put(self, api: str, collection: str, identifier: int, **changes: Any) -> None:
        """Change a stored record without validation."""
        sandbox = await self.core.sandboxes.get_or_create("docs")
        records = sandbox.tables(api)[collection]
        records.put({**records[identifier], **changes})
        sandbox.state.commit()

    async def state(self) -> bytes:
        return (await self.emulator.request("GET", "/_mockorders/sandboxes/docs/state")).body


@pytest.fixture
async def broken(serve: Serve) -> Broken:
    core = Emulator.of(Settings(fixtures=("docs",)))
    return Broken(core, await serve(make_app(core)))


BREAKS: list[tuple[tuple[str, str, int], dict[str, Any], str, str, str]] = [
    (("cratejoy", "orders", OPEN_ORDER), {"total": "3500"}, "GET", "/orders/", "/total"),
    (("cratejoy", "orders", OPEN_ORDER), {"status": "lost"}, "GET", f"/orders/{OPEN_ORDER}", "/status"),
    (("cratejoy", "orders", OPEN_ORDER), {"placed_at": "2017-03-01"}, "GET", f"/orders/{OPEN_ORDER}", "/placed_at"),
    (("cratejoy", "orders", OPEN_ORDER), {"total": None}, "PUT", f"/orders/{OPEN_ORDER}", "/total"),
    (("cratejoy", "customers", CUSTOMER), {"name": 5}, "GET", "/orders/", "/customer/0/name"),
    (("cratejoy", "customers", CUSTOMER), {"name": None}, "POST", "/orders/", "/customer/0/name"),
    (("cratejoy", "products", 640218775), {"name": 1}, "POST", "/orders/", "/products/0/instance/product/name"),
]


@pytest.mark.parametrize(("record", "changes", "method", "path", "pointer"), BREAKS)
async def test_invalid_response_is_a_500_with_its_location_and_changes_nothing(
    broken: Broken,
    caplog: pytest.LogCaptureFixture,
    *,
    record: tuple[str, str, int],
    changes: dict[str, Any],
    method: str,
    path: str,
    pointer: str,
) -> None:
    await broken.put(*record, **changes)
    before = await broken.state()
    body = {"PUT": {"note": "x"}, "POST": example("cratejoy/create_order")}.get(method)
    with caplog.at_level(logging.ERROR, "mockorders"):
        reply = await broken.emulator.cratejoy(method, path, json=body)
    problem = reply.json
    assert (500, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert (500, "cratejoy/order", pointer) == (problem["status"], problem["schema"], problem["pointer"])
    assert pointer in problem["detail"]
    (logged,) = (each.getMessage() for each in caplog.records)
    assert all(word in logged for word in (method, "cratejoy/order", pointer))
    assert "Traceback" not in caplog.text + reply.text
    assert before == await broken.state()


async def test_violation_in_universe_is_the_same_problem(broken: Broken, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = await broken.core.sandboxes.get_or_create("docs")
    plan = {**sandbox.tables("universe")["orders"][489]["plan"], "name": None}
    await broken.put("universe", "orders", 489, plan=plan)
    for path in ("/orders", "/orders/489", "/orders/latest"):
        reply = await broken.emulator.universe(path, "docs@164")
        assert (500, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
        assert "/plan/name" in reply.json["pointer"]
    assert 3 == len(caplog.records)


async def test_other_records_are_served_despite_an_invalid_one(
    broken: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    await broken.put("cratejoy", "orders", OPEN_ORDER, total="3500")
    paths = ("/orders/730837920", "/orders/?id__ne=75572230", "/orders/75572230", "/orders/730837920")
    statuses = [(await broken.emulator.cratejoy("GET", path)).status for path in paths]
    other = await broken.emulator.cratejoy("GET", f"/orders/{OPEN_ORDER}", "docs.other")
    assert ([200, 200, 500, 200], 200) == (statuses, other.status)
    assert 1 == len(caplog.records)


async def test_repaired_record_is_served_again(broken: Broken, caplog: pytest.LogCaptureFixture) -> None:
    statuses = []
    for total in ("3500", 3500):
        await broken.put("cratejoy", "orders", OPEN_ORDER, total=total)
        statuses.append((await broken.emulator.cratejoy("GET", "/orders/")).status)
    assert [500, 200] == statuses
    assert 1 == len(caplog.records)


async def test_unexpected_error_is_a_500_without_a_traceback_in_the_response(
    broken: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    before = await broken.state()
    sandbox = await broken.core.sandboxes.get_or_create("docs")
    order = sandbox.tables("cratejoy")["orders"][OPEN_ORDER]
    sandbox.tables("cratejoy")["orders"].put({key: value for key, value in order.items() if key != "note"})
    sandbox.state.commit()
    reply = await broken.emulator.cratejoy("GET", f"/orders/{OPEN_ORDER}")
    assert (500, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert "Traceback" not in reply.text
    assert [True] == [each.exc_info is not None for each in caplog.records]
    assert before != await broken.state()
