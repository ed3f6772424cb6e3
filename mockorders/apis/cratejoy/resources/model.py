"""What a resource is: its representation, its relations, and what can be done with it."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.storage.views import LongList, ReadTracker
from mockorders.validation.schemas import properties

LONG_LIST = 200  # related records

Rendered = dict[str, Any]
Source = ReadTracker | Tables
Derive = Callable[[Any, Record], Any]
"""Returns a value for a record, and may read other records of a source."""

Find = Callable[[Any, Record], Sequence[Record]]
Update = Callable[[HandlerContext, Record, Mapping[str, Any]], Record | Generator[None, None, Record]]
"""Returns the record as changed by a body, which the caller stores; may yield if it works on a draft."""

Create = Callable[[HandlerContext, Call], Record | Generator[None, None, Record]]
"""Stores a new record and returns it; may yield before it stores anything."""


@dataclass(frozen=True, eq=False)
class Representation:
    """The form that records have in one place: the properties of a schema, in its order, without `omitted` ones.

    A property is that of the record, unless `derived` has a function for it or the schema has a constant. Those in
    `observed_only` are shown with the profile observed only.
    """

    schema: str
    derived: Mapping[str, Derive] = field(default_factory=dict)
    omitted: Collection[str] = ()
    observed_only: Collection[str] = ()

    def for_profile(self, profile: str) -> "Representation":
        """Return the form for a profile."""
        return self if profile == "observed" or not self.observed_only else self._documented

    @cached_property
    def _documented(self) -> "Representation":
        return Representation(self.schema, self.derived, {*self.omitted, *self.observed_only})

    @cached_property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        """The schemas of the properties, by name."""
        return {name: schema for name, schema in properties(self.schema).items() if name not in self.omitted}

    @cached_property
    def values(self) -> Mapping[str, Derive | None]:
        """The function that returns each property's value; None if it is stored in the record."""
        return {name: self._derive(name, schema) for name, schema in self.properties.items()}

    def render(self, source: Source, record: Record) -> Rendered:
        """Return a record in this form."""
        return {
            name: record[name] if derive is None else derive(source, record) for name, derive in self.values.items()
        }

    def _derive(self, name: str, schema: Mapping[str, Any]) -> Derive | None:
        if name in self.derived:
            return self.derived[name]
        if "const" not in schema:
            return None
        value = schema["const"]
        return lambda _, __: value


@dataclass(frozen=True, eq=False)
class Relation:
    """A relation to other records: `find` returns them, `representation` is their form.

    A relation that is not `many` is one object, or null if nothing is found. `field` is the property of the record that
    holds the related id, if there is one, and `collection` that of the related record then. `listed` is set if the
    documented profile shows the object as a list of one. `is_indexed` is set if `find` only looks up an index.
    """

    representation: Representation
    find: Find
    many: bool = False
    field: str | None = None
    listed: bool = False
    filterable: bool = True
    collection: str = ""
    is_indexed: bool = False

    def renderer(self, profile: str) -> Derive:
        """Return the function that renders the related records for a profile."""
        representation = self.representation.for_profile(profile)
        is_list = self.many or (self.listed and profile == "documented")

        def render(source: Source, record: Record) -> list[Rendered] | LongList | Rendered | None:
            found = self.find(source, record)
            if self.many and len(found) > LONG_LIST:
                return LongList(representation.schema, (representation.render(source, each) for each in found))
            rendered = [representation.render(source, each) for each in found]
            return rendered if is_list else next(iter(rendered), None)

        return render

    def values(self, source: Source, record: Record, name: str) -> Sequence[Any]:
        """Return one property of each related record; for a missing one, null."""
        members = self.find(source, record)
        if not members and not self.many:
            return [None]
        derive = self.representation.values[name]
        return [each.get(name) if derive is None else derive(source, each) for each in members]


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource: the records of a collection at `/NAME` and `/NAME/{id}`.

    `singular` names its schema and operations. The schema includes the relations; all others of its properties are
    always shown, but those in `observed_only` with the profile observed only. `objects` are properties that filters
    treat like relations, `aliases` other names in filters. `key_order` is the documented order of keys; without one,
    they are sorted. `is_listed` is set if GET lists the records, `is_single` if it returns one; `update` and `create`
    make PUT and POST available. `filters` are the only filters of its list, if there are any, and
    `unimplemented_filters` those that only the real service has. `children` are resources below `/NAME/{id}`, `actions`
    what PUT does there.
    """

    name: str
    singular: str
    derived: Mapping[str, Derive] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    default_with: tuple[str, ...] = ()
    unimplemented_relations: tuple[str, ...] = ()
    objects: Mapping[str, Relation] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    filters: Collection[str] = ()
    unimplemented_filters: Collection[str] = ()
    observed_only: tuple[str, ...] = ()
    key_order: Sequence[str] = ()
    is_listed: bool = True
    is_single: bool = True
    update: Update | None = None
    create: Create | None = None
    children: tuple["Child", ...] = ()
    actions: tuple["Action", ...] = ()
    rules: tuple[Rule, ...] = ()
    update_rules: tuple[Rule, ...] = ()
    create_rules: tuple[Rule, ...] = ()
    create_error_rules: tuple[Rule, ...] = ()

    @property
    def schema(self) -> str:
        """The name of the schema of one record."""
        return f"cratejoy/{self.singular}"

    @cached_property
    def representation(self) -> Representation:
        """The record without its relations."""
        derived = {"url": self._url, **self.derived}
        return Representation(self.schema, derived, self.relations.keys(), self.observed_only)

    def shown_keys(self) -> list[str]:
        """Return the keys of properties and relations, in the order in which they are shown."""
        return list(self.key_order) or sorted([*self.representation.values, *self.relations])

    @property
    def noun(self) -> str:
        """The name of one record in words."""
        return self.singular.replace("-", " ")

    def has_long_lists(self, tables: Tables, record: Record, shown: Collection[str]) -> bool:
        """Check whether a change of a record, and the response with the relations `shown`, can take long."""
        finds = [each.find for name, each in self.relations.items() if each.many and (each.is_indexed or name in shown)]
        finds += [to_many(each.resource.name, each.field, each.resource.representation).find for each in self.children]
        with tables.log.paused():
            return any(len(find(tables, record)) > LONG_LIST for find in finds)

    def _url(self, _: Any, record: Record) -> str:
        return f"/v1/{self.name}/{record['id']}/"


@dataclass(frozen=True, eq=False)
class Child:
    """A resource below the records of another: those with the id of the parent in `field`, which is indexed.

    `name` is the segment of the path and `singular` one of the records. POST creates one if `create` is set, DELETE
    deletes one if `delete` is set.
    """

    name: str
    singular: str
    resource: Resource
    field: str
    create: bool = False
    delete: bool = False


@dataclass(frozen=True, eq=False)
class Action:
    """A change of a record by PUT `/NAME/{id}/ACTION`, with a body of the schema `ACTION-SINGULAR`."""

    name: str
    update: Update
    rules: tuple[Rule, ...] = ()


def to_one(
    collection: str, field: str, representation: Representation, *, listed: bool = False, filterable: bool = True
) -> Relation:
    """Return the relation to the record of a collection whose id is in a field."""

    def find(source: Any, record: Record) -> Sequence[Record]:
        found = source[collection].get(record[field])
        return [] if found is None else [found]

    return Relation(representation, find, field=field, listed=listed, filterable=filterable, collection=collection)


def to_many(collection: str, field: str, representation: Representation, *, filterable: bool = True) -> Relation:
    """Return the relation to the records of a collection that have the id of the record in an indexed field."""

    def find(source: Any, record: Record) -> Sequence[Record]:
        found: Sequence[Record] = source[collection].where(field, record["id"])
        return found

    return Relation(representation, find, many=True, filterable=filterable, is_indexed=True)


def find_all(source: Source, collection: str, identifiers: Iterable[int | None]) -> Sequence[Record]:
    """Return the records of a collection with these ids, sorted by id, without duplicates and missing ones."""
    known = sorted({each for each in identifiers if each is not None})
    found = (source[collection].get(each) for each in known)
    return [each for each in found if each is not None]


def merge(_: HandlerContext, record: Record, body: Mapping[str, Any]) -> Record:
    """Return the record with the properties of a body."""
    return {**record, **body}
