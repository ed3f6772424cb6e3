"""The views of resources, by profile and relations."""

from functools import lru_cache
from typing import NamedTuple

from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.relations import Rendered
from mockorders.storage.collection import Record
from mockorders.storage.views import ReadTracker, View
from mockorders.validation.schemas import schema_for_profile


class ProfileSettings(NamedTuple):
    """The differences between the documented and the observed profile that concern all resources."""

    first_page: int
    sort_keys: bool


PROFILES = {
    "documented": ProfileSettings(first_page=0, sort_keys=False),
    "observed": ProfileSettings(first_page=1, sort_keys=True),
}


@lru_cache(maxsize=1024)
def resource_view(resource: Resource, profile: str, relations: frozenset[str]) -> View:
    """Return the view of a resource for a profile, with the given relations."""
    values = dict(resource.representation.for_profile(profile).values)
    for name in relations:
        values[name] = resource.relations[name].renderer(profile)
    keys = [(key, values[key]) for key in resource.shown_keys() if key in values]

    def build(reads: ReadTracker, record: Record) -> Rendered:
        return {key: record[key] if render is None else render(reads, record) for key, render in keys}

    sort_keys = PROFILES[profile].sort_keys
    return View(schema_for_profile(resource.schema, profile), build, sort_keys=sort_keys)
