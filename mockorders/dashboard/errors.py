"""Error pages."""

from collections.abc import Iterator, Mapping

from aiohttp import web

from mockorders.control.inputs import get_emulator
from mockorders.dashboard.templating import page, sandbox_url, template
from mockorders.errors import ProblemError
from mockorders.problems import KINDS

KINDS_TEMPLATE = template("problems.html")
ERROR_TEMPLATE = template("error.html")


async def index(request: web.Request) -> web.Response:
    """Explain all kinds of problems; the `type` of a problem document refers to its section."""
    return page(request, KINDS_TEMPLATE, kinds=KINDS)


def render_error(request: web.Request, problem: ProblemError) -> web.StreamResponse:
    """Render a problem as a page that suggests what to do next."""
    name = request.match_info.get("name", "")
    links = list(_links(request, name))
    response = page(request, ERROR_TEMPLATE, status=problem.status, problem=problem, name=name, links=links)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _links(request: web.Request, name: str) -> Iterator[tuple[str, str]]:
    """Yield links to what exists above the page: path and title."""
    sandbox = get_emulator(request).sandboxes.get(name) if name else None
    if sandbox is None:
        return
    path = request.match_info
    tables: Mapping[str, object] = sandbox.state.tables.get(path.get("api", ""), {})
    if path.get("collection") in tables:
        title = f"{path['api'].capitalize()} {path['collection'].replace('_', ' ')}"
        yield sandbox_url(name, "records", path["api"], path["collection"]), title
    yield sandbox_url(name, "requests"), f"Requests of {name}"
    yield sandbox_url(name), f"Sandbox {name}"
