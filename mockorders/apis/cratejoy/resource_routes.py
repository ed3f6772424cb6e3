"""The endpoints of one resource, made from its declaration."""

from collections.abc import Iterator
from functools import partial

from mockorders.apis.cratejoy import handlers, rules
from mockorders.apis.cratejoy.resources.metadata import Metadata
from mockorders.apis.cratejoy.resources.model import Action, Child, Resource
from mockorders.apis.cratejoy.resources.rules import METADATA
from mockorders.apis.cratejoy.resources.streamlined import STREAMLINED_SHIPMENTS
from mockorders.apis.routing import Operation, Route
from mockorders.formats.plurals import with_article

LIST_PARAMETERS = "list-parameters"
UNCOUNTABLE = ("inventory", "metadata")
ONE_PARAMETERS = "resource-parameters"
_EVERY = (rules.WITH, rules.QUERY)
_LIST = (rules.ENVELOPE, rules.SORTING, rules.PAGING, rules.OFFSET, rules.FILTERS, rules.FILTER_NULL)
_FILTERS = (rules.FILTER_VALUES, rules.MAX_FILTERS)
_BODY = (rules.BODY, rules.FORM, rules.UNKNOWN_PROPERTY)


def routes_of(resource: Resource) -> Iterator[Route]:
    """Yield the routes of a resource."""
    if resource.is_listed:
        yield _list(resource)
    if resource.is_single:
        yield _get(resource)
    if resource.update is not None:
        yield _update(resource)
    if resource.create is not None:
        yield _create(resource)
    yield from _routes_below(resource)


def streamlined_route() -> Route:
    """Return the only route of version 1.1."""
    return Route(
        "GET",
        "/v1.1/shipments",
        partial(handlers.list_records, STREAMLINED_SHIPMENTS),
        "streamlined-shipments-response",
        "streamlined-shipments-parameters",
        operation=_operation("list", "streamlined-shipments"),
        rules=(*STREAMLINED_SHIPMENTS.rules, rules.ENVELOPE, rules.SORTING, rules.PAGING, rules.FILTER_NULL),
        error_rules=(rules.QUERY, *_FILTERS),
    )


def _routes_below(resource: Resource) -> Iterator[Route]:
    """Yield the routes of what is below the records of a resource."""
    for child in resource.children:
        yield _list_children(resource, child)
        if child.create:
            yield _create_child(resource, child)
        if child.delete:
            yield _delete_child(resource, child)
    for action in resource.actions:
        yield _act(resource, action)


def _list(resource: Resource) -> Route:
    return Route(
        "GET",
        f"/{resource.name}",
        partial(handlers.list_records, resource),
        f"{resource.name}-response",
        LIST_PARAMETERS,
        operation=_operation("list", resource.name),
        rules=(*_EVERY, *resource.rules, *_LIST),
        error_rules=_FILTERS,
    )


def _get(resource: Resource) -> Route:
    return Route(
        "GET",
        f"/{resource.name}/{{id}}",
        partial(handlers.get_record, resource),
        resource.singular,
        ONE_PARAMETERS,
        operation=_operation("get", resource.singular),
        rules=(*_EVERY, *resource.rules),
        error_rules=(rules.NOT_FOUND,),
    )


def _update(resource: Resource) -> Route:
    return Route(
        "PUT",
        f"/{resource.name}/{{id}}",
        partial(handlers.update_record, resource),
        resource.singular,
        ONE_PARAMETERS,
        f"update-{resource.singular}",
        operation=_operation("update", resource.singular),
        rules=(*_EVERY, *resource.rules, *resource.update_rules),
        error_rules=(rules.NOT_FOUND, *_BODY),
    )


def _create(resource: Resource) -> Route:
    return Route(
        "POST",
        f"/{resource.name}",
        partial(handlers.create_record, resource),
        resource.singular,
        ONE_PARAMETERS,
        f"create-{resource.singular}",
        201,
        operation=_operation("create", resource.singular),
        rules=(*_EVERY, *resource.rules, *resource.create_rules),
        error_rules=(*_BODY, *resource.create_error_rules),
    )


def _list_children(parent: Resource, child: Child) -> Route:
    resource = child.resource
    return Route(
        "GET",
        f"/{parent.name}/{{id}}/{child.name}",
        partial(handlers.list_children, parent, child),
        f"{resource.name}-response",
        LIST_PARAMETERS,
        operation=_operation("list", f"{parent.singular}-{child.name}"),
        rules=(*_EVERY, *resource.rules, *_LIST),
        error_rules=(rules.NOT_FOUND, *_FILTERS),
    )


def _create_child(parent: Resource, child: Child) -> Route:
    resource = child.resource
    name = f"{parent.singular}-{child.singular}"
    return Route(
        "POST",
        f"/{parent.name}/{{id}}/{child.name}",
        partial(handlers.create_child, parent, child),
        resource.singular,
        ONE_PARAMETERS,
        f"create-{name}",
        201,
        operation=_operation("create", name),
        rules=(*_EVERY, *resource.rules, *resource.create_rules),
        error_rules=(rules.NOT_FOUND, *_BODY, *resource.create_error_rules),
    )


def _delete_child(parent: Resource, child: Child) -> Route:
    return Route(
        "DELETE",
        f"/{parent.name}/{{id}}/{child.name}/{{child}}",
        partial(handlers.delete_child, parent, child),
        "no-content",
        status=204,
        operation=_operation("delete", f"{parent.singular}-{child.singular}"),
        rules=child.resource.rules,
        error_rules=(rules.NOT_FOUND,),
    )


def _act(resource: Resource, action: Action) -> Route:
    return Route(
        "PUT",
        f"/{resource.name}/{{id}}/{action.name}",
        partial(handlers.change_record, resource, action.update),
        resource.singular,
        ONE_PARAMETERS,
        f"{action.name}-{resource.singular}",
        operation=_operation(action.name, resource.singular),
        rules=(*_EVERY, *resource.rules, *action.rules),
        error_rules=(rules.NOT_FOUND, *_BODY),
    )


def metadata_routes(resource: Resource, metadata: Metadata) -> Iterator[Route]:
    """Yield the routes of the metadata of a resource's records."""
    actions = (
        ("GET", "get", handlers.get_metadata, 200),
        ("POST", "create", handlers.create_metadata, 201),
        ("PUT", "update", handlers.update_metadata, 200),
        ("DELETE", "delete", handlers.delete_metadata, 204),
    )
    for method, action, handler, status in actions:
        has_body = method in {"POST", "PUT"}
        yield Route(
            method,
            f"/{resource.name}/{{id}}/metadata",
            partial(handler, resource, metadata),
            "no-content" if status == 204 else f"{resource.singular}-metadata",
            body_schema="metadata" if has_body else None,
            status=status,
            operation=_operation(action, f"{resource.singular}-metadata"),
            rules=(METADATA,),
            error_rules=(rules.NOT_FOUND, *((rules.BODY, rules.FORM) if has_body else ())),
        )


def _operation(action: str, name: str) -> Operation:
    """Return an operation, such as `list_orders` with the title `List orders`."""
    noun = name.replace("-", " ").replace("_", " ")
    subject = noun if action == "list" or noun.endswith(UNCOUNTABLE) else with_article(noun)
    return Operation(f"{action} {noun}".replace(" ", "_"), f"{action.capitalize()} {subject}.")
