"""The forms of records, and the relations between them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.storage.views import LongList, ReadTracker
from mockorders.validation.schemas import properties

LONG_LIST = 200  # related records

Rendered = dict[str, Any]
Source = ReadTracker | Tables
Derive = Callable[[Any, Record], Any]
"""Returns a value for a record, and may read other records of a source."""

Find = Callable[[Any, Record], Sequence[Record]]


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
    documented profile shows the object as a list of one. `count` returns their number without
    finding them, if an index has it.
    """

    representation: Representation
    find: Find
    many: bool = False
    field: str | None = None
    listed: bool = False
    filterable: bool = True
    collection: str = ""
    count: Callable[[Tables, Record], int] | None = None

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

    def is_long(self, tables: Tables, record: Record) -> bool:
        """Check whether there are so many related records that rendering or changing them takes long."""
        number = len(self.find(tables, record)) if self.count is None else self.count(tables, record)
        return number > LONG_LIST

    def values(self, source: Source, record: Record, name: str) -> Sequence[Any]:
        """Return one property of each related record; for a missing one, null."""
        members = self.find(source, record)
        if not members and not self.many:
            return [None]
        derive = self.representation.values[name]
        return [each.get(name) if derive is None else derive(source, each) for each in members]


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

    def count(tables: Tables, record: Record) -> int:
        return tables[collection].count(field, record["id"])

    return Relation(representation, find, many=True, filterable=filterable, count=count)


def find_all(source: Source, collection: str, identifiers: Iterable[int | None]) -> Sequence[Record]:
    """Return the records of a collection with these ids, sorted by id, without duplicates and missing ones."""
    known = sorted({each for each in identifiers if each is not None})
    found = (source[collection].get(each) for each in known)
    return [each for each in found if each is not None]
