"""Problems as pages, which say what to do next."""

from aiohttp import web

from mockorders.dashboard.templating import page
from mockorders.errors import ProblemError


def render_error(request: web.Request, problem: ProblemError) -> web.StreamResponse:
    """Show a problem."""
    name = request.match_info.get("name", "")
    response = page(request, "problem.html", status=problem.status, problem=problem, name=name)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
