"""The records that a reference can be set to, as suggestions while the user types."""

from collections.abc import Generator

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.records import get_collection_or_404, record_ref
from mockorders.control.references import RecordRef
from mockorders.dashboard.inputs import api_of, viewed_sandbox
from mockorders.dashboard.record_labels import record_options
from mockorders.dashboard.search import find
from mockorders.dashboard.templating import HEADERS, template
from mockorders.storage.tables import Tables

TEMPLATE = template("options.html")
MAX_SUGGESTIONS = 20
MAX_QUERY_LENGTH = 200


async def index(request: web.Request) -> web.Response:
    """Return the first records of a collection that contain the text in the query, as options of a list.

    The parameter has the name of the form's field.
    """
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    get_collection_or_404(sandbox, ref)
    tables = sandbox.tables(ref.api).copy()
    text = next(iter(request.query.values()), "")
    found = await run_in_steps(_find(tables, ref, text[:MAX_QUERY_LENGTH]))
    options = list(record_options(api_of(request), tables, ref.collection, found))
    return web.Response(body=TEMPLATE.render(options=options).encode("utf-8", "replace"), headers=HEADERS)


def _find(tables: Tables, ref: RecordRef, text: str) -> Generator[None, None, list[int]]:
    found = yield from find(tables, ref, text)
    return list(found[:MAX_SUGGESTIONS])
