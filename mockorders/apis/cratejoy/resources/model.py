"""What a resource is: its properties, its relations, and what can be done with it."""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockorders.apis.cratejoy.resources.relations import Derive, Relation, Representation, to_many
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

Update = Callable[[HandlerContext, Record, Mapping[str, Any]], Record | Generator[None, None, Record]]
"""Returns the record as changed by a body, which the caller stores; may yield if it works on a draft."""

Create = Callable[[HandlerContext, Call], Record | Generator[None, None, Record]]
"""Stores a new record and returns it; may yield before it stores anything."""


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
        with tables.log.paused():
            return any(
                relation.is_long(tables, record)
                for name, relation in self._lists.items()
                if name in shown or relation.count is not None
            )

    @cached_property
    def _lists(self) -> Mapping[str, Relation]:
        """The relations to several records, and those to the children, by name."""
        children = {
            each.name: to_many(each.resource.name, each.field, each.resource.representation) for each in self.children
        }
        return {**children, **{name: relation for name, relation in self.relations.items() if relation.many}}

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


def merge(_: HandlerContext, record: Record, body: Mapping[str, Any]) -> Record:
    """Return the record with the properties of a body."""
    return {**record, **body}
