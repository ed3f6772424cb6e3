"""The OpenAPI document has only what client generators understand, and its schemas accept what the original ones do."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import jsonschema_rs
import pytest

from mockorders.config import Profile
from mockorders.openapi.document import document
from mockorders.openapi.schemas import class_name
from mockorders.openapi.subschemas import with_subschemas
from mockorders.validation.schemas import schema_for_profile
from mockorders.validation.validator import Validator

PROFILES: tuple[Profile, ...] = ("documented", "observed")
METHODS = {"get", "post", "put", "delete", "patch"}
PREFIX = "#/components/schemas/"

document_of = cache(document)


class Place(NamedTuple):
    """A schema of the document, and where it is."""

    name: str
    schema: Mapping[str, Any]
    is_component: bool = False


def operations(profile: Profile) -> Iterator[Any]:
    """Yield the operations of the document."""
    for item in document_of(profile)["paths"].values():
        yield from item.values()


def media(profile: Profile) -> Iterator[Any]:
    """Yield the media type objects of all bodies and responses."""
    shared = document_of(profile)["components"]["responses"].values()
    for operation in operations(profile):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            yield from part.get("content", {}).values()
    for part in shared:
        yield from part["content"].values()


def used(profile: Profile) -> Iterator[Place]:
    """Yield the schemas of parameters, bodies and responses."""
    for operation in operations(profile):
        for parameter in operation["parameters"]:
            yield Place(f"{operation['operationId']} {parameter['name']}", parameter["schema"])
    for each in media(profile):
        yield Place("content", each["schema"])


def places(profile: Profile) -> Iterator[Place]:
    """Yield every schema of the document, with all schemas in it."""
    for name, schema in document_of(profile)["components"]["schemas"].items():
        yield from within(Place(name, schema, is_component=True))
    for place in used(profile):
        yield from within(place)


def within(place: Place) -> Iterator[Place]:
    """Yield a schema and all schemas in it; references are not followed."""
    yield place
    inner: list[Place] = []
    with_subschemas(place.schema, lambda each, part: inner.append(Place(f"{place.name}/{part}", each)))
    for each in inner:
        if isinstance(each.schema, Mapping):
            yield from within(each)


def types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types of a schema, without null."""
    stated = schema.get("type", [])
    return [each for each in ([stated] if isinstance(stated, str) else stated) if each != "null"]


# ---- what the generators need


@pytest.mark.parametrize("profile", PROFILES)
def test_references_have_no_siblings(profile: Profile) -> None:
    assert [] == [place.name for place in places(profile) if "$ref" in place.schema and len(place.schema) > 1]


@pytest.mark.parametrize("profile", PROFILES)
def test_names_of_schemas_are_names_of_classes(profile: Profile) -> None:
    names = document_of(profile)["components"]["schemas"]
    assert [] == [name for name in names if not re.fullmatch("[A-Z][A-Za-z0-9]*", name)]


@pytest.mark.parametrize("kind", ["schemas", "responses", "headers", "securitySchemes"])
def test_names_of_components_have_no_dots(kind: str) -> None:
    names = document_of("documented")["components"][kind]
    assert names
    assert [] == [name for name in names if "." in name]


@pytest.mark.parametrize("profile", PROFILES)
def test_title_of_a_component_is_its_name_and_other_schemas_have_none(profile: Profile) -> None:
    wrong = [
        place.name
        for place in places(profile)
        if place.schema.get("title") != (place.name if place.is_component else None)
    ]
    assert [] == wrong


def test_sentence_of_the_schema_is_the_description() -> None:
    components = document_of("documented")["components"]["schemas"]
    assert "An order in detail." == components["UniverseOrder"]["description"]


@pytest.mark.parametrize("profile", PROFILES)
def test_objects_and_enums_are_components(profile: Profile) -> None:
    inline = [place for place in places(profile) if not place.is_component]
    named = [place.name for place in inline if "properties" in place.schema or len(place.schema.get("enum", ())) > 1]
    assert [] == named


@pytest.mark.parametrize("profile", PROFILES)
def test_schemas_have_at_most_one_type_besides_null(profile: Profile) -> None:
    assert [] == [place.name for place in places(profile) if len(types(place.schema)) > 1]


@pytest.mark.parametrize("profile", PROFILES)
def test_values_have_a_type(profile: Profile) -> None:
    valued = [place for place in places(profile) if {"enum", "const"} & place.schema.keys()]
    assert valued
    assert [] == [place.name for place in valued if "type" not in place.schema]


@pytest.mark.parametrize("profile", PROFILES)
def test_large_integers_have_a_format(profile: Profile) -> None:
    large = [place for place in places(profile) if abs(place.schema.get("maximum", 0)) >= 2**31]
    assert large
    assert [] == [place.name for place in large if place.schema.get("format") != "int64"]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_reference_leads_to_a_component_and_every_component_is_reachable(profile: Profile) -> None:
    components = document_of(profile)["components"]["schemas"]
    reached: set[str] = set()
    waiting = list(chain.from_iterable(map(references, used(profile))))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += references(Place(name, components[name]))
    assert set(components) == reached


def references(place: Place) -> list[str]:
    """Return the components that a schema refers to."""
    found = [each.schema["$ref"] for each in within(place) if "$ref" in each.schema]
    return [reference.removeprefix(PREFIX) for reference in found]


def test_both_profiles_have_the_same_classes() -> None:
    documented, observed = (list(document_of(profile)["components"]["schemas"]) for profile in PROFILES)
    assert documented == observed


@pytest.mark.parametrize("profile", PROFILES)
def test_paths_have_only_operations(profile: Profile) -> None:
    assert set() == set(chain.from_iterable(document_of(profile)["paths"].values())) - METHODS


def test_operation_ids_are_unique_names_of_methods() -> None:
    names = [operation["operationId"] for operation in operations("documented")]
    assert sorted(set(names)) == sorted(names)
    assert [] == [name for name in names if not re.fullmatch("[a-z]+(_[a-z]+)+", name)]


def test_json_and_form_have_different_classes() -> None:
    (operation,) = (each for each in operations("documented") if each["operationId"] == "cratejoy_create_order")
    found = [each["schema"]["$ref"] for each in operation["requestBody"]["content"].values()]
    assert [f"{PREFIX}CratejoyCreateOrder", f"{PREFIX}CratejoyCreateOrderForm"] == found


def test_success_and_error_of_universe_have_a_discriminator() -> None:
    (operation,) = (each for each in operations("documented") if each["operationId"] == "universe_get_order")
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    mapping = {"ok": f"{PREFIX}UniverseOrderResponse", "error": f"{PREFIX}UniverseError"}
    assert {"propertyName": "status", "mapping": mapping} == schema["discriminator"]


# ---- the schemas accept what the original ones do

ORIGINALS = (
    "universe/orders-response",
    "universe/order-response",
    "universe/error",
    "cratejoy/orders-response",
    "cratejoy/order",
    "cratejoy/error",
    "cratejoy/create-order",
    "cratejoy/update-order",
)
REPLACEMENTS: tuple[Any, ...] = (None, "", "0.00", -1, 0, 2**63, True, [], {}, {"unknown": 1})


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("base", ORIGINALS)
def test_schema_accepts_the_same_values_as_the_original(base: str, profile: Profile) -> None:
    original = schema_for_profile(base, profile)
    validator = Validator()
    components = {"components": document_of(profile)["components"]}
    schema = {"$ref": f"{PREFIX}{class_name(base)}", **components}
    described = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    valid = [value for value in values(profile) if validator.is_valid(original, value)]
    assert valid
    for changed in chain.from_iterable(map(variants, valid)):
        assert (validator.is_valid(original, changed), changed) == (described.is_valid(changed), changed)


def values(profile: Profile) -> Iterator[Any]:
    """Yield the values of all examples, and an error of each API."""
    for each in media(profile):
        for shown in each.get("examples", {}).values():
            yield shown["value"]
    yield {"status": "error", "messages": ["No order found"]}
    yield {"errors": ["Not found"]}


def variants(value: Any) -> Iterator[Any]:
    """Yield a value, and copies with one part replaced, removed or added."""
    yield value
    yield from REPLACEMENTS
    if isinstance(value, dict):
        yield {**value, "unknown": 1}
        for key, inner in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from ({**value, key: changed} for changed in variants(inner))
    if isinstance(value, list) and value:
        yield [*value, value[0]]
        yield from ([changed, *value[1:]] for changed in variants(value[0]))


def test_only_bodies_of_actions_may_be_missing() -> None:
    operations = chain.from_iterable(item.values() for item in document_of("documented")["paths"].values())
    bodies = {each["operationId"]: each.get("requestBody", {}) for each in operations}
    optional = {name for name, body in bodies.items() if body.get("required") is False}
    assert {f"cratejoy_{name}_subscription" for name in ("cancel", "reactivate", "renew")} == optional
