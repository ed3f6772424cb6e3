"""The HTML of the pages for logging in and out: without scripts, and with every value escaped."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from itertools import islice
from urllib.parse import urlencode

from mockorders.apis.messages import Page
from mockorders.storage.collection import Collection, Record

MAX_CUSTOMERS = 200
STYLE = (
    ":root{color-scheme:light dark;--text:#1c2430;--muted:#4a5462;--link:#0b4f9e;--edge:#6b7686;--page:#fff;"
    "--hover:#eef4fc}"
    "@media(prefers-color-scheme:dark){:root{--text:#e6e9ee;--muted:#aab3c0;--link:#8ab8f5;--edge:#7b8798;"
    "--page:#14181f;--hover:#202938}}"
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:36rem;padding:0 1rem;color:var(--text);"
    "background:var(--page)}"
    "h1{line-height:1.2;margin:0}"
    "ul{list-style:none;padding:0}"
    "a{display:block;margin:.5rem 0;padding:.6rem 1rem;border:1px solid var(--edge);border-radius:6px;"
    "color:var(--link);text-decoration:none;overflow-wrap:anywhere}"
    "a:hover,a:focus-visible{background:var(--hover)}"
    "small{display:block;color:var(--muted)}"
)
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def login_page(customers: Collection, query: Mapping[str, str]) -> Page:
    """Return a page with a button for each customer, at most 200; the parameters of the request are kept."""
    kept = {name: query[name] for name in ("popup", "redirect") if query.get(name)}
    buttons = "".join(_buttons(islice(customers, MAX_CUSTOMERS), kept))
    others = len(customers) - MAX_CUSTOMERS
    more = f"<p>{others:,} more customers: add <code>customer=ID</code> to the address.</p>" if others > 0 else ""
    empty = "" if buttons else "<p>This sandbox has no customers.</p>"
    return _page("Log in", f"<p>Select the customer to log in as.</p>{empty}<ul>{buttons}</ul>{more}", {})


def message_page(title: str, cookie: str) -> Page:
    """Return a page that only has a title, and set a cookie."""
    return _page(title, "<p>You can close this page.</p>", {"Set-Cookie": cookie})


def redirect_to(url: str, cookie: str | None = None) -> Page:
    """Return a redirect that browsers do not store, and set a cookie if there is one."""
    headers = {"Location": url, **HEADERS}
    return Page(301, "", headers if cookie is None else {**headers, "Set-Cookie": cookie})


def _buttons(customers: Iterator[Record], kept: Mapping[str, str]) -> Iterator[str]:
    for customer in customers:
        identifier = customer["id"]
        name = f"{customer['first_name']} {customer['last_name']}".strip() or f"Customer {identifier}"
        address = escape("?" + urlencode({**kept, "customer": identifier}, errors="replace"))
        details = escape(f"{identifier} {customer['email']}")
        yield f'<li><a href="{address}"><bdi>{escape(name)}</bdi><small>{details}</small></a></li>'


def _page(title: str, content: str, headers: Mapping[str, str]) -> Page:
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} - mockorders</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style><main><h1>{title}</h1>{content}</main></html>"
    )
    return Page(200, html.encode("utf-8", "replace").decode(), {**HEADERS, **headers})
