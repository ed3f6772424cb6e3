"""The properties by which the records of a resource can be filtered."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.relations import Relation, Representation


class UnknownProperty(ValueError):
    """Raised if a filter names an unknown property; the message is the name."""


class FilterModel(NamedTuple):
    """The properties of records, the relations whose properties can be named too, and other names of properties."""

    representation: Representation
    relations: Mapping[str, Relation]
    aliases: Mapping[str, str]

    def find(self, name: str) -> tuple[Relation | None, str, Mapping[str, Any]]:
        """Return the relation, property and schema of a name such as `note` or `customer.name`.

        A relation without a property means its id. Raises UnknownProperty if there is no such property.
        """
        path = self.aliases.get(name, name)
        own = self.representation.properties
        if path in own and not self._has_id(path):
            return None, path, own[path]
        head, dot, tail = path.partition(".")
        prop = tail if dot else "id"
        relation = self.relations.get(head)
        schema = None if relation is None else relation.representation.properties.get(prop)
        if schema is None:
            raise UnknownProperty(name)
        return relation, prop, schema

    def _has_id(self, name: str) -> bool:
        return name in self.relations and "id" in self.relations[name].representation.properties


@cache
def filter_model(resource: Resource) -> FilterModel:
    """Return the model by which the records of a resource are filtered."""
    relations = {name: each for name, each in resource.relations.items() if each.filterable}
    return FilterModel(resource.representation, {**relations, **resource.objects}, resource.aliases)
