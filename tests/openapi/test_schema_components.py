"""How the schemas of any API become components of the OpenAPI document."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mockorders.openapi import flattening
from mockorders.openapi.portable import portable
from mockorders.openapi.schemas import SchemaComponents, class_name

PREFIX = "#/components/schemas/"


class Build:
    """Returns the components that schemas of an API `toy` become."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, files: Mapping[str, Any], names: Sequence[str] = ("toy/box",)) -> Any:
        by_name = {f"toy/{name}": schema for name, schema in files.items()}
        self._monkeypatch.setattr(flattening, "load_schema", by_name.__getitem__)
        components = SchemaComponents("documented")
        for name in names:
            components.reference(name)
        return components.document()


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return what builds components."""
    return Build(monkeypatch)


BRICK = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
COLOR = {"properties": {"color": {"type": "string"}}, "required": ["color"]}


def test_properties_beside_a_reference_are_merged(build: Build) -> None:
    box = {"title": "A box", "$ref": "brick.json", **COLOR, "unevaluatedProperties": False}
    found = build({"brick": {"title": "A brick", **BRICK}, "box": box})
    expected = {
        "title": "ToyBox",
        "description": "A box.",
        "type": "object",
        "properties": {**BRICK["properties"], **COLOR["properties"]},  # type: ignore[dict-item]
        "required": ["id", "color"],
        "additionalProperties": False,
    }
    assert {"ToyBox": expected} == found


@pytest.mark.parametrize(
    ("brick", "box"),
    [
        pytest.param({**BRICK, "additionalProperties": False}, COLOR, id="closed target"),
        pytest.param(BRICK, {"properties": {"id": {"maximum": 9}}}, id="same property"),
        pytest.param({**BRICK, "type": ["object", "null"]}, {**COLOR, "type": "object"}, id="other type"),
        pytest.param({"anyOf": [BRICK]}, COLOR, id="choices"),
        pytest.param(BRICK, {**COLOR, "minProperties": 3}, id="other keyword"),
    ],
)
def test_what_cannot_be_merged_is_combined(build: Build, brick: Any, box: Any) -> None:
    found = build({"brick": brick, "box": {"$ref": "brick.json", **box}})
    assert ([{"$ref": f"{PREFIX}ToyBrick"}], box["properties"]) == (
        found["ToyBox"]["allOf"],
        found["ToyBox"]["properties"],
    )


def test_description_beside_a_reference_is_kept(build: Build) -> None:
    box = {"properties": {"brick": {"description": "The brick.", "$ref": "brick.json"}}}
    found = build({"brick": BRICK, "box": box})
    expected = {"description": "The brick.", "allOf": [{"$ref": f"{PREFIX}ToyBrick"}]}
    assert expected == found["ToyBox"]["properties"]["brick"]


def test_schema_may_refer_to_itself(build: Build) -> None:
    found = build({"box": {"type": "object", "properties": {"inner": {"$ref": "box.json"}}}})
    assert {"$ref": f"{PREFIX}ToyBox"} == found["ToyBox"]["properties"]["inner"]


def test_names_that_are_taken_get_a_number(build: Build) -> None:
    box = {"properties": {"red_brick": BRICK, "red-brick": BRICK}}
    found = build({"box-red-brick": BRICK, "box": box}, ["toy/box-red-brick", "toy/box"])
    assert ["ToyBox", "ToyBoxRedBrick", "ToyBoxRedBrick2", "ToyBoxRedBrick3"] == list(found)


def test_property_may_have_the_name_of_a_keyword(build: Build) -> None:
    named = {"$ref": {"type": "string"}, "title": {"type": "string"}, "properties": {"type": "string"}}
    assert named == build({"box": {"properties": named}})["ToyBox"]["properties"]


@pytest.mark.parametrize(
    ("text", "name"),
    [("cratejoy/order", "CratejoyOrder"), ("toy/record-red_bricks", "ToyRecordRedBricks"), ("toy/iPad", "ToyIPad")],
)
def test_class_names(text: str, name: str) -> None:
    assert name == class_name(text)


TEXT_OR_NULL = {"type": ["string", "null"], "pattern": "^a"}
PORTABLE: tuple[tuple[Any, Any], ...] = (
    ({"type": "string"}, {"type": "string"}),
    (TEXT_OR_NULL, TEXT_OR_NULL),
    ({"const": "ok"}, {"const": "ok", "type": "string"}),
    ({"enum": [True]}, {"enum": [True], "type": "boolean"}),
    ({"enum": [1, None]}, {"anyOf": [{"type": "integer", "enum": [1]}, {"type": "null"}]}),
    ({"enum": ["a"], "type": ["string", "null"]}, {"enum": ["a"], "type": "string"}),
    (
        {"type": ["array", "string"], "maxItems": 2, "maxLength": 3, "default": "a"},
        {"default": "a", "anyOf": [{"type": "array", "maxItems": 2}, {"type": "string", "maxLength": 3}]},
    ),
    (
        {"type": ["object", "null"], "properties": {}},
        {"anyOf": [{"type": "object", "properties": {}}, {"type": "null"}]},
    ),
    ({"type": "object"}, {"type": "object", "additionalProperties": True}),
    (
        {"type": "object", "maxProperties": 0},
        {"type": "object", "maxProperties": 0, "additionalProperties": False},
    ),
    ({"type": "integer", "maximum": 2**31 - 1}, {"type": "integer", "maximum": 2**31 - 1}),
    ({"type": "integer", "maximum": 2**63 - 1}, {"type": "integer", "maximum": 2**63 - 1, "format": "int64"}),
    ({"type": "integer", "maximum": 2**63}, {"type": "integer", "maximum": 2**63}),
    ({"type": "number", "maximum": 2**40}, {"type": "number", "maximum": 2**40}),
    ({"anyOf": [{"type": "string"}, {"const": 0}]}, {"anyOf": [{"type": "string"}, {"enum": [0]}]}),
)


@pytest.mark.parametrize(("schema", "expected"), PORTABLE)
def test_schema_is_rewritten(schema: Any, expected: Any) -> None:
    assert expected == portable(schema)
