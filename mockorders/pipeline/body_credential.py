"""Read the credential of a request that has it in its body."""

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING

from mockorders.apis.dialect import SubmittedCredential
from mockorders.http.body import read_body
from mockorders.http.exchange import Exchange


async def credential_in_body(exchange: Exchange, http: web.BaseRequest) -> SubmittedCredential | None:
    """Read the body if the credential may be there, and return that; None if it is not.

    Bodies with a content coding are never decoded before the credential is accepted.
    """
    head = exchange.head
    dialect = head.api.dialect
    is_readable = http.can_read_body and CONTENT_ENCODING not in http.headers
    if head.match.route is None or not is_readable or not dialect.has_credential_in_body(head.request):
        return None
    exchange.body = await read_body(http)
    return dialect.read_credential_in_body(exchange.body)
