"""The query parameters of Cratejoy: `with`, `page` and `limit`, and filters."""

from collections.abc import Sequence
from urllib.parse import quote

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.filters.compiler import Filter, compile_filter
from mockorders.apis.cratejoy.filters.model import UnknownProperty, filter_model
from mockorders.apis.cratejoy.filters.types import InvalidFilterValue
from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.views import PROFILES
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.errors import InvalidQuery
from mockorders.formats.suggestions import did_you_mean

DEFAULT_LIMIT = 10
MAX_FILTERS = 100


def read_relations(resource: Resource, text: str | None) -> Sequence[str]:
    """Return the relations that `with` selects. Raises InvalidQuery if one is unknown."""
    if text is None:
        return resource.default_with
    if text == "all":
        return tuple(resource.relations)
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in resource.relations:
            raise InvalidQuery(_unknown_relation(resource, name), rule=rules.WITH)
    return names


def _unknown_relation(resource: Resource, name: str) -> str:
    known = resource.relations
    is_missing = name in resource.unimplemented_relations
    why = "is not emulated" if is_missing else "is unknown" + did_you_mean(name, known)
    expected = f"all or a comma-separated list of {', '.join(known)}" if known else "no relations"
    return f"with: expected {expected}; {name[:60]!r} {why}"


def read_page(context: HandlerContext, call: Call) -> tuple[int, int]:
    """Return the page, counted from 0 whatever the profile, and its size. Raises InvalidQuery if it is too small."""
    first = PROFILES[context.profile].first_page
    page = call.query.get("page", first)
    if page < first:
        message = f"page: expected an integer of at least {first}, got {page}"
        raise InvalidQuery(message, rule=rules.PAGING)
    return page - first, call.query.get("limit", DEFAULT_LIMIT)


def read_filters(resource: Resource, pairs: Sequence[tuple[str, str]]) -> list[Filter]:
    """Return the compiled filters. Raises InvalidQuery if one is invalid, or if there are too many."""
    if len(pairs) > MAX_FILTERS:
        message = f"expected at most {MAX_FILTERS} filters, got {len(pairs)}"
        raise InvalidQuery(message, rule=rules.MAX_FILTERS)
    return [_filter(resource, name, value) for name, value in pairs]


def _filter(resource: Resource, name: str, value: str) -> Filter:
    if resource.filters and name not in resource.filters:
        message = f"Unknown property '{name[:200]}', expected one of {', '.join(resource.filters)}"
        raise InvalidQuery(message, rule=rules.QUERY)
    try:
        return compile_filter(filter_model(resource), name, value)
    except UnknownProperty as error:
        raise InvalidQuery(_unknown_property(resource, str(error)), rule=rules.QUERY) from error
    except InvalidFilterValue as error:
        message = f"{name}: {error}"
        raise InvalidQuery(message, rule=rules.FILTER_VALUES) from error


def _unknown_property(resource: Resource, name: str) -> str:
    relation = name.partition(".")[0].partition("__")[0]
    message = f"Unknown property '{name[:200]}'"
    if relation in resource.unimplemented_relations:
        return f"{message}, the relation {relation} is not emulated"
    return f"{message}, the filter is not emulated" if name in resource.unimplemented_filters else message


def past_the_end(profile: str, page: int, last: int) -> str:
    """Return the note about a page after the last one, which is -1 if nothing was found; both start at 0."""
    first = PROFILES[profile].first_page
    found = f"the last page is {last + first}" if last >= 0 else "nothing was found"
    return f"page {page + first} is empty: {found}; pages start at {first} with the profile {profile}"


def page_links(call: Call, page: int, last: int, first: int) -> dict[str, str | None]:
    """Return the links to the pages before and after. `last` is the last page that has records, -1 if there is none."""
    next_page = page + 1 if page < last else None
    prev_page = min(page - 1, max(last, 0)) if page > 0 else None
    return {"next": _link(call, next_page, first), "prev": _link(call, prev_page, first)}


def _link(call: Call, page: int | None, first: int) -> str | None:
    if page is None:
        return None
    given = [
        f"&{_quoted(name)}={_quoted(value)}" for name, value in call.query["pairs"] if name not in {"page", "offset"}
    ]
    return "".join([f"?page={page + first}", *given])


def _quoted(text: str) -> str:
    return text if text.isascii() and text.isalnum() else quote(text, safe="")
