"""Where the pages for logging in and out redirect to: only to pages that may use the emulator."""

from urllib.parse import SplitResult, quote, urlsplit

from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Request
from mockorders.apis.universe import rules
from mockorders.errors import ApiError
from mockorders.formats.hosts import is_origin_of, parse_origin

MAX_URL_LENGTH = 4_000


class InvalidRedirect(ApiError):
    """Raised if a page cannot redirect to the URL of a request."""

    status = 400


def read_redirect(request: Request, contract: RequestContract) -> str | None:
    """Return the URL of the parameter `redirect`, encoded for a header; None if there is none.

    Raises InvalidRedirect if it is not the URL of a page that may use the emulator.
    """
    url = dict(request.pairs).get("redirect")
    if not url:
        return None
    parts = _split(url)
    if parts is None:
        message = f"redirect: expected an http or https URL, got {url[:60]!r}"
        raise InvalidRedirect(message, rule=rules.REDIRECT)
    if not _is_allowed(parts, request, contract):
        message = f"redirect: expected a URL of a local page, or of one of --allow-origin, got {url[:60]!r}"
        raise InvalidRedirect(message, rule=rules.REDIRECT)
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def referring_site(request: Request, contract: RequestContract) -> str | None:
    """Return the origin of the page that linked to the request, with a slash; None if it is not an allowed one.

    Pages of the emulator do not count.
    """
    parts = _split(request.headers.get("Referer", ""))
    if parts is None or _is_own(parts, request) or not _is_allowed(parts, request, contract):
        return None
    return f"{_origin(parts)}/"


def _split(url: str) -> SplitResult | None:
    """Return the parts of an http or https URL without a user name; None for any other text."""
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        parts.port  # noqa: B018 - raises ValueError if it is no number
    except ValueError:
        return None
    return parts if is_valid and len(url) <= MAX_URL_LENGTH and "\\" not in url else None


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def _is_own(parts: SplitResult, request: Request) -> bool:
    return is_origin_of(parse_origin(_origin(parts)), request.headers.get("Host", ""))


def _is_allowed(parts: SplitResult, request: Request, contract: RequestContract) -> bool:
    return _is_own(parts, request) or contract.allows_origin(_origin(parts))
