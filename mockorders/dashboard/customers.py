"""The control in the header that changes a sandbox's current customer."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from aiohttp import web

from mockorders.apis.base import Api
from mockorders.apis.display import person_name
from mockorders.control.inputs import get_emulator
from mockorders.sandbox.sandbox import Sandbox

MAX_CHOICES = 100
MAX_LABEL_LENGTH = 60


class CustomerMenu(NamedTuple):
    """The customers of one API to choose from: the first 100 as pairs of id and label, and their number."""

    api: str
    collection: str
    choices: Sequence[tuple[int, str]]
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether all customers can be chosen."""
        return self.total == len(self.choices)


class CustomerSwitch(NamedTuple):
    """The current customer of a sandbox, and the menus to change it; `page` is the path to return to."""

    label: str
    menus: Sequence[CustomerMenu]
    page: str


def customer_switch(request: web.Request, sandbox: Sandbox) -> CustomerSwitch | None:
    """Return the switch of a sandbox, or None if its APIs have no current customer or it has no records."""
    apis = [api for api in get_emulator(request).apis if is_customers(sandbox, api.customer_collection, api)]
    if not apis:
        return None
    page = request.rel_url.raw_path if request.method in {"GET", "HEAD"} else ""
    return CustomerSwitch(_current_label(sandbox, apis), [_menu(sandbox, api) for api in apis], page)


def is_customers(sandbox: Sandbox, collection: str | None, api: Api) -> bool:
    """Check whether a collection of an API holds those who can be the current customer of a sandbox."""
    return collection is not None and collection == api.customer_collection and api.name in sandbox.state.tables


def _menu(sandbox: Sandbox, api: Api) -> CustomerMenu:
    name = api.customer_collection or ""
    collection = sandbox.tables(api.name)[name]
    choices = [(record["id"], _label(record["id"], person_name(record))) for record in islice(collection, MAX_CHOICES)]
    return CustomerMenu(api.name, name, choices, len(collection))


def _current_label(sandbox: Sandbox, apis: Sequence[Api]) -> str:
    """Return name and id of the current customer, who may not exist."""
    customer = sandbox.current_customer
    if customer is None:
        return "logged out"
    records = [sandbox.tables(api.name)[api.customer_collection or ""].get(customer) for api in apis]
    names = [person_name(record) for record in records if record is not None]
    return _label(customer, names[0]) if names else f"{customer}, unknown"


def _label(identifier: int, name: str) -> str:
    short = name if len(name) <= MAX_LABEL_LENGTH else name[:MAX_LABEL_LENGTH] + "…"
    return f"{short} ({identifier})" if short else str(identifier)
