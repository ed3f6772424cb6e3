"""The form of a record as a tree: sections, nested objects, lists with buttons that add and remove elements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from mockorders.apis.base import Api
from mockorders.control.references import RecordRef
from mockorders.dashboard.forms import Field, first_messages
from mockorders.dashboard.property_schema import MISSING, Property, sections
from mockorders.dashboard.record_labels import record_label, record_options
from mockorders.formats.plurals import singular
from mockorders.storage.tables import Tables

MAX_ELEMENTS = 10
MAX_FIELDS = 160
MAX_OPTIONS = 20
"""More records than this are suggested while the user types; a page has at most 100 KB."""


class Group(NamedTuple):
    """A nested object (`kind` is object), a list, an element of a list, or a section of short properties."""

    kind: str
    pointer: str
    title: str
    nodes: "Sequence[Node]" = ()
    hint: str = ""
    is_set: bool = True
    can_be_unset: bool = False
    messages: Sequence[str] = ()
    focus: bool = False

    @property
    def name(self) -> str:
        """The pointer as the end of an HTML id."""
        return self.pointer[1:].replace("/", "-")


Node: TypeAlias = "Field | Group"


class OpenObject(dict[str, Any]):
    """An empty object whose fields are shown, although an empty object stands for a property that is not set."""


class Choices:
    """The records that references of one API's records can be set to."""

    def __init__(self, api: Api, tables: Tables, collections_url: str, *, is_new: bool = False) -> None:
        self._api = api
        self._tables = tables
        self._url = collections_url
        self._is_new = is_new

    def complete(self, field: Field) -> Field:
        """Return a reference's field with its options, or with the URL of suggestions if there are many records."""
        target = field.schema["x-references"]
        records = self._tables[target]
        value = field.read()
        name = record_label(self._api, self._tables, RecordRef(self._api.name, target, value)) if value else ""
        if len(records) > MAX_OPTIONS:
            url = f"{self._url}/{target}/options"
            return field._replace(suggestions=url, note=name if name != field.text else self._without(field))
        options = list(record_options(self._api, self._tables, target, records.ids))
        if field.text not in {text for text, _ in options}:
            options.insert(0, (field.text, field.text or self._without(field)))
        if field.text and field.can_be_unset:
            options.insert(0, ("", self._without(field)))
        return field._replace(options=options)

    def _without(self, field: Field) -> str:
        """Return what happens without a value."""
        if field.can_be_unset:
            return "not set"
        return f"a new {singular(field.schema['x-references'])}" if self._is_new else "choose a record"


class FormBuilder:
    """Builds the form of a record. Long lists are fields with JSON, so that the page stays short."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._fields_left = MAX_FIELDS

    def build(self, record: Property, value: Mapping[str, Any], names: Sequence[str]) -> list[Group]:
        """Return the groups of a record's form; `names` are the properties to show."""
        shown = [each for each in record.inner() if each.pointer[1:] in names]
        groups = [
            Group("section", "", title, [self._node(each, _child(value, each)) for each in found])
            for title, found in sections(shown).items()
        ]
        for each in (each for each in shown if not each.section):
            node = self._node(each, _child(value, each))
            groups.append(node if isinstance(node, Group) else Group("section", "", each.name, [node]))
        return groups

    def _node(self, prop: Property, value: Any) -> Node:
        kind = prop.kind
        is_absent = value is None or value is MISSING
        if kind == "object" and (is_absent or isinstance(value, Mapping)):
            return self._object(prop, value)
        if kind == "list" and (is_absent or self._fits(value)):
            return self._list(prop, value)
        self._fields_left -= 1
        field = field_of(prop, value)
        return self._choices.complete(field) if kind == "reference" else field

    def _object(self, prop: Property, value: Any) -> Group:
        is_open = isinstance(value, OpenObject) or prop.empty != {}
        is_set = isinstance(value, Mapping) and (bool(value) or is_open)
        nodes = [self._node(each, _child(value, each)) for each in prop.inner()] if is_set else []
        return _group("object", prop, nodes, is_set=is_set)

    def _list(self, prop: Property, value: Any) -> Group:
        elements = prop.schema.get("default", MISSING) if value is MISSING else value
        is_set = elements is not MISSING and elements is not None
        shown = elements if is_set else ()
        nodes = [self._element(prop.item(index), each) for index, each in enumerate(shown)]
        return _group("list", prop, nodes, is_set=is_set)

    def _element(self, prop: Property, value: Any) -> Group:
        node = self._node(prop, value)
        nodes = node.nodes if isinstance(node, Group) else [node._replace(title="value")]
        number = int(prop.pointer.rpartition("/")[2]) + 1
        return Group("item", prop.pointer, str(number), nodes)

    def _fits(self, value: Any) -> bool:
        is_short = isinstance(value, list) and len(value) <= MAX_ELEMENTS
        return is_short and _count_values(value) <= self._fields_left


def field_of(prop: Property, value: Any) -> Field:
    """Return the field of a property; a missing value is shown as the default."""
    kind = "json" if prop.kind in {"object", "list"} else prop.kind
    field = Field(prop.pointer, kind, prop.schema, title=prop.name, unit=prop.unit, can_be_unset=prop.can_be_unset)
    shown = prop.schema.get("default", MISSING) if value is MISSING else value
    if shown is MISSING:
        return field._replace(null=kind == "text" and prop.can_be_unset)
    return field.with_value(shown)


def fields_in(nodes: Sequence[Node]) -> Iterator[Field]:
    """Yield the fields of a tree, in the order of the page."""
    for node in nodes:
        if isinstance(node, Group):
            yield from fields_in(node.nodes)
        else:
            yield node


def with_messages(nodes: Sequence[Node], messages: Mapping[str, Sequence[str]], focus: str | None) -> list[Node]:
    """Return a tree with the messages of its nodes by pointer; the node at `focus` gets the focus."""
    shown: list[Node] = []
    for node in nodes:
        is_shown_inside = isinstance(node, Group) and any(each.pointer == node.pointer for each in node.nodes)
        own = () if is_shown_inside else messages.get(node.pointer, ())
        marked = node._replace(messages=own, focus=bool(node.pointer) and node.pointer == focus)
        if isinstance(marked, Group):
            marked = marked._replace(nodes=with_messages(marked.nodes, messages, focus))
        shown.append(marked)
    return shown


def focused_pointer(nodes: Sequence[Node], pointer: str | None) -> str | None:
    """Return the pointer of the first field at or below a pointer; the pointer itself if there is none."""
    if not pointer:
        return pointer
    pointers = (field.pointer for field in fields_in(nodes))
    return next((each for each in pointers if f"{each}/".startswith(f"{pointer}/")), pointer)


def pointers_in(nodes: Sequence[Node]) -> Iterator[str]:
    """Yield the pointers of all nodes that can show messages."""
    for node in nodes:
        if node.pointer:
            yield node.pointer
        if isinstance(node, Group):
            yield from pointers_in(node.nodes)


def messages_by_node(
    nodes: Sequence[Node], violations: Sequence[tuple[str, str]]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the messages by the pointer of the closest node, and those that belong to none."""
    known = set(pointers_in(nodes))
    found: dict[str, list[str]] = {}
    other: list[str] = []
    for pointer, message in first_messages(violations).items():
        place = pointer
        while place and place not in known:
            place = place.rpartition("/")[0]
        inner = pointer[len(place) + 1 :].replace("/", ".")
        text = f"{inner}: {message}" if inner else message
        if place:
            found.setdefault(place, []).append(text)
        else:
            other.append(text)
    return found, other


def _group(kind: str, prop: Property, nodes: Sequence[Node], *, is_set: bool) -> Group:
    hint = prop.schema.get("description", "")
    return Group(kind, prop.pointer, prop.name, nodes, hint, is_set, prop.can_be_unset)


def _child(value: Any, prop: Property) -> Any:
    name = prop.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return value.get(name, MISSING) if isinstance(value, Mapping) else MISSING


def _count_values(value: Any) -> int:
    """Return the number of values in a list or object, at any depth."""
    if isinstance(value, Mapping):
        return sum(map(_count_values, value.values()))
    return sum(map(_count_values, value)) if isinstance(value, list) else 1
