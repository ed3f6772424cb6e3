"""The handlers of all resources: list, get, create, update and delete."""

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.filters.compiler import Filter, equals
from mockorders.apis.cratejoy.filters.search import search
from mockorders.apis.cratejoy.parameters import page_links, past_the_end, read_filters, read_page, read_relations
from mockorders.apis.cratejoy.resources.metadata import Metadata
from mockorders.apis.cratejoy.resources.model import Child, Resource, Update
from mockorders.apis.cratejoy.resources.views import PROFILES, resource_view
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.concurrency import run_to_end
from mockorders.errors import NotFound
from mockorders.formats.plurals import with_article
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.storage.views import View

STREAMING_THRESHOLD = 500

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


def list_records(resource: Resource, context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Return a page of the records that match all filters, sorted by id.

    Yields between batches.
    """
    return _list(resource, context, call, read_filters(resource, call.query["filters"]))


def list_children(parent: Resource, child: Child, context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Return a page of the records below a record that match all filters, sorted by id. Yields between batches."""
    record = find_record(context.tables("cratejoy"), parent, call)
    filters = read_filters(child.resource, call.query["filters"])
    return _list(child.resource, context, call, [equals(child.field, record["id"]), *filters])


def _list(
    resource: Resource, context: HandlerContext, call: Call, filters: Sequence[Filter]
) -> Generator[None, None, Any]:
    view = _view(resource, context, call)
    page, limit = read_page(context, call)
    tables = context.tables("cratejoy")
    if max(limit, len(tables[resource.name]) if filters else 0) > STREAMING_THRESHOLD:
        tables = tables.copy()
    collection = tables[resource.name]
    if filters:
        found = yield from search(tables, resource.name, filters)
        count = len(found)
        ids: Sequence[int] = found.page(page * limit, (page + 1) * limit)
    else:
        count = len(collection)
        ids = collection.ids[page * limit : (page + 1) * limit]
    last = (count - 1) // limit
    if page > max(last, 0):
        call.notes.append(past_the_end(context.profile, page, last))
    links = page_links(call, page, last, PROFILES[context.profile].first_page)
    records = collection.get_many(ids) if len(ids) <= STREAMING_THRESHOLD else (collection[each] for each in ids)
    results = yield from context.render_list(view, tables, records)
    return {"count": count, **links, "results": results}


def get_record(resource: Resource, context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Return a record. Yields if it contains long lists."""
    tables = context.tables("cratejoy")
    record = find_record(tables, resource, call)
    return (yield from context.render_in_steps(_view(resource, context, call), tables, record))


def update_record(resource: Resource, context: HandlerContext, call: Call) -> Any:
    """Change a record and return it."""
    assert resource.update is not None
    return change_record(resource, resource.update, context, call)


def change_record(
    resource: Resource, update: Update, context: HandlerContext, call: Call
) -> Generator[None, None, Any]:
    """Change a record by an update or an action, and return it. Yields before anything is changed if it takes long."""
    tables = context.tables("cratejoy")
    record = find_record(tables, resource, call)
    if not resource.has_long_lists(tables, record, read_relations(resource, call.query.get("with"))):
        return run_to_end(_change(resource, update, context, call))
    version = None
    while version is not tables.log.version:  # if records changed meanwhile, the draft is made again
        version = tables.log.version
        draft = context.draft("cratejoy")
        rendered = yield from _change(resource, update, draft, call)
    tables.apply_draft(draft.tables("cratejoy"))
    return rendered


def _change(resource: Resource, update: Update, context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    view = _view(resource, context, call)
    tables = context.tables("cratejoy")
    record = find_record(tables, resource, call)
    updated = update(context, record, call.body)
    changed = (yield from updated) if isinstance(updated, Generator) else updated
    if changed != record:
        tables[resource.name].put(changed)
    return (yield from context.render_in_steps(view, tables, tables[resource.name][record["id"]]))


def create_record(resource: Resource, context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Create a record and return it. May yield before anything is changed."""
    assert resource.create is not None
    view = _view(resource, context, call)
    created = resource.create(context, call)
    record = (yield from created) if isinstance(created, Generator) else created
    return context.render(view, context.tables("cratejoy"), record)


def create_child(parent: Resource, child: Child, context: HandlerContext, call: Call) -> Any:
    """Create a record below another and return it."""
    record = find_record(context.tables("cratejoy"), parent, call)
    call.body = {**call.body, child.field: record["id"]}
    return create_record(child.resource, context, call)


def delete_child(parent: Resource, child: Child, context: HandlerContext, call: Call) -> None:
    """Delete a record below another."""
    tables = context.tables("cratejoy")
    record = find_record(tables, parent, call)
    found = _find(tables, child.resource, call.params["child"])
    if found[child.field] != record["id"]:
        raise _not_found(child.resource, call.params["child"])
    tables[child.resource.name].delete(found["id"])


def get_metadata(resource: Resource, metadata: Metadata, context: HandlerContext, call: Call) -> Any:
    """Return the metadata of a record."""
    tables = context.tables("cratejoy")
    return metadata.representation.render(tables, _metadata(resource, metadata, tables, call))


def create_metadata(resource: Resource, metadata: Metadata, context: HandlerContext, call: Call) -> Any:
    """Store the metadata of a record, replacing what it had, and return it."""
    tables = context.tables("cratejoy")
    record = find_record(tables, resource, call)
    return metadata.representation.render(tables, metadata.store(context, record, _data(call)))


def update_metadata(resource: Resource, metadata: Metadata, context: HandlerContext, call: Call) -> Any:
    """Merge data into the metadata of a record, and return it."""
    tables = context.tables("cratejoy")
    record = find_record(tables, resource, call)
    data = {**_metadata(resource, metadata, tables, call)["data"], **_data(call)}
    return metadata.representation.render(tables, metadata.store(context, record, data))


def delete_metadata(resource: Resource, metadata: Metadata, context: HandlerContext, call: Call) -> None:
    """Delete the metadata of a record."""
    tables = context.tables("cratejoy")
    tables["metadata"].delete(_metadata(resource, metadata, tables, call)["id"])


def _metadata(resource: Resource, metadata: Metadata, tables: Tables, call: Call) -> Record:
    record = find_record(tables, resource, call)
    found = metadata.find(tables, record)
    if found is None:
        message = f"{resource.noun} {record['id']}: has no metadata"
        raise NotFound(message, rule=rules.NOT_FOUND)
    return found


def _data(call: Call) -> Mapping[str, Any]:
    """Return the data of a body: its member `data` if that is an object, else the body itself."""
    inner = call.body.get("data")
    data: Mapping[str, Any] = inner if isinstance(inner, dict) else call.body
    return data


def find_record(tables: Tables, resource: Resource, call: Call) -> Record:
    """Return the record whose id is in the path. Raises NotFound if there is none."""
    return _find(tables, resource, call.params["id"])


def _find(tables: Tables, resource: Resource, identifier: str) -> Record:
    record = tables[resource.name].get(int(identifier)) if _ID.fullmatch(identifier) else None
    if record is None:
        raise _not_found(resource, identifier)
    return record


def _not_found(resource: Resource, identifier: str) -> NotFound:
    noun = resource.noun
    message = f"{noun} {identifier[:60]!r}: expected the id of {with_article(noun)} of this store"
    return NotFound(message, rule=rules.NOT_FOUND)


def _view(resource: Resource, context: HandlerContext, call: Call) -> View:
    return resource_view(resource, context.profile, frozenset(read_relations(resource, call.query.get("with"))))
