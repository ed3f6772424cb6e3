"""Change the account of the current customer."""

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe.account import rules
from mockorders.apis.universe.account.information import render_customer
from mockorders.apis.universe.customers import require_customer
from mockorders.errors import ApiError
from mockorders.storage.collection import Collection, Record

NAMES = ("first_name", "last_name")
UNIQUE = ("email", "username")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class InvalidAccount(ApiError):
    """Raised if an account cannot be changed as requested; the messages are for the customer."""


def update_account(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Change the names, the user name and the email address of the current customer."""
    require_customer(context, call)
    for field in UNIQUE:
        yield from context.tables("universe")["customers"].prepare_index(field)
    tables, customer = require_customer(context, call)
    fields = _changed_fields(customer, call.body)
    errors = [*_name_errors(fields), *_unique_errors(tables["customers"], fields), *_password_errors(call.body)]
    if errors:
        raise InvalidAccount(*errors, rule=rules.ACCOUNT_ERRORS)
    changed = {**customer, **_changes(fields)}
    if changed != customer:
        tables["customers"].put(changed)
    return {"customer": render_customer(context, changed)}


def _changed_fields(customer: Record, body: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that differ from the record, null as empty text."""
    fields = {name: body[name] or "" for name in (*NAMES, *UNIQUE) if name in body}
    return {name: text for name, text in fields.items() if text != (customer[name] or "")}


def _changes(fields: Mapping[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: fields[name] for name in NAMES if name in fields}
    if "username" in fields:
        changes["username"] = fields["username"] or None
    if "email" in fields:
        changes["new_email"] = fields["email"]
    return changes


def _name_errors(fields: Mapping[str, str]) -> Iterator[str]:
    for name in (*NAMES, "email"):
        if name in fields and not fields[name].strip():
            yield f"{_title(name)} can't be blank"


def _unique_errors(customers: Collection, fields: Mapping[str, str]) -> Iterator[str]:
    email = fields.get("email", "")
    if email.strip() and not _EMAIL.fullmatch(email):
        yield "Email is invalid"
    for name in UNIQUE:
        if fields.get(name) and customers.where(name, fields[name]):
            yield f"{_title(name)} has already been taken"


def _password_errors(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a new password. It is not stored, as nothing checks passwords."""
    password = body.get("password")
    if not password:
        return
    if body.get("password_confirmation") not in {None, password}:
        yield "Password confirmation doesn't match Password"
    if not body.get("current_password"):
        yield "Current password can't be blank"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
