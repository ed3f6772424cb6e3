"""Handlers of the pages for logging in and out, and of the tokens that they hand over."""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mockorders.apis.messages import Call, Page
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe import rules
from mockorders.apis.universe.dialect import COOKIE
from mockorders.apis.universe.pages import login_page, message_page, redirect_to
from mockorders.apis.universe.tokens import issue_tokens, read_token
from mockorders.errors import ApiError, NotFound

MAX_URL_LENGTH = 4_000
LOGGED_OUT = "none"
RELOAD_PATH = "/login/reload"


class InvalidRedirect(ApiError):
    """Raised if a page cannot redirect to the URL of a request."""

    status = 400


class InvalidToken(ApiError):
    """Raised if a refresh token is invalid or has expired."""

    status = 401


def show_login(context: HandlerContext, call: Call) -> Page:
    """Return the page with the customers, or log in the one that was selected."""
    customers = context.tables("universe")["customers"]
    redirect = _redirect_of(call)
    selected = call.query.get("customer")
    if selected is None:
        return login_page(customers, call.query)
    customer = customers.get(int(selected)) if selected.isascii() and selected.isdecimal() else None
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
    """End the session, and redirect if the request has a URL."""
    redirect = _redirect_of(call)
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


def _redirect_of(call: Call) -> str | None:
    """Return the URL to redirect to, encoded for a header; None if the request has none."""
    url = call.query.get("redirect")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= MAX_URL_LENGTH
    except ValueError:
        is_valid = False
    if not is_valid:
        message = f"redirect: expected an http or https URL, got {url[:60]!r}"
        raise InvalidRedirect(message, rule=rules.LOGIN_PAGE)
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")
