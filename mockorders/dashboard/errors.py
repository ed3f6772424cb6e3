"""Error pages."""

from aiohttp import web

from mockorders.dashboard.templating import page
from mockorders.errors import ProblemError
from mockorders.problems import KINDS


async def index(request: web.Request) -> web.Response:
    """Explain all kinds of problems; the `type` of a problem document refers to its section."""
    return page(request, "problems.html", kinds=KINDS)


def render_error(request: web.Request, problem: ProblemError) -> web.StreamResponse:
    """Render a problem as a page that suggests what to do next."""
    name = request.match_info.get("name", "")
    response = page(request, "error.html", status=problem.status, problem=problem, name=name)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
