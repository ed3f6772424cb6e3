"""Handlers of the pages for logging in and out, and of the tokens that they hand over."""

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from mockorders.apis.messages import Call, Page
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe import rules
from mockorders.apis.universe.dialect import COOKIE
from mockorders.apis.universe.pages import login_page, message_page, redirect_to
from mockorders.apis.universe.redirects import InvalidRedirect
from mockorders.apis.universe.tokens import issue_tokens, read_token
from mockorders.errors import ApiError, NotFound

LOGGED_OUT = "none"
RELOAD_PATH = "/login/reload"

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


class InvalidToken(ApiError):
    """Raised if a refresh token is invalid or has expired."""

    status = 401


def show_login(context: HandlerContext, call: Call) -> Page:
    """Return the page with the customers, or log in the one that was selected."""
    customers = context.tables("universe")["customers"]
    redirect = call.query["redirect"]
    selected = call.query.get("customer")
    if selected is None:
        return login_page(customers, call.query)
    customer = customers.get(int(selected)) if _ID.fullmatch(selected) else None
    if customer is None:
        message = f"customer: expected the id of a customer, got {selected[:60]!r}"
        raise NotFound(message, rule=rules.LOGIN_PAGE)
    if not call.query.get("popup"):
        cookie = _session(customer["id"])
        return message_page("Logged in", cookie) if redirect is None else redirect_to(redirect, cookie)
    if redirect is None:
        raise InvalidRedirect("redirect: expected a URL to hand the tokens to", rule=rules.HAND_OVER)
    tokens = issue_tokens(customer["id"], context.now(), "login")
    parts = urlsplit(redirect)
    query = urlencode({**tokens, "redirect": redirect})
    return redirect_to(f"{parts.scheme}://{parts.netloc}{RELOAD_PATH}?{query}")


def log_out(context: HandlerContext, call: Call) -> Page:
    """End the session, and redirect if the request has a URL, or else to the site that linked to the page."""
    redirect = call.query["redirect"] or call.query["referring_site"]
    cookie = _session(LOGGED_OUT)
    return message_page("Logged out", cookie) if redirect is None else redirect_to(redirect, cookie)


def refresh(context: HandlerContext, call: Call) -> Any:
    """Return new tokens for a valid refresh token."""
    text = call.body.get("refresh_token") or ""
    now = context.now()
    token = read_token(text, "refresh")
    if token is None or token.expires_at <= now.timestamp():
        raise InvalidToken("Unable to decode refresh token", rule=rules.INVALID_REFRESH)
    return {"access": issue_tokens(token.customer, now, text)}


def _session(customer: int | str) -> str:
    return f"{COOKIE}={customer}; Path=/; SameSite=Lax"
