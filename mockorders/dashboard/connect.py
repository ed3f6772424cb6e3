"""The page Connect: base URL, credential and code examples of each API, and settings of tools."""

from aiohttp import web

from mockorders.control.inputs import get_emulator
from mockorders.dashboard.connect_examples import Connection, Guide, tool_examples
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.templating import page, template

TEMPLATE = template("connect.html")
PLACEHOLDER = "any"  # for the secret, if every one is accepted


async def detail(request: web.Request) -> web.Response:
    """Show how to connect to each API."""
    sandbox = viewed_sandbox(request)
    emulator = get_emulator(request)
    secret = (emulator.settings.credentials or {}).get(sandbox.name)
    connection = Connection(
        base=f"{request.scheme}://{request.host}",
        name=sandbox.name,
        secret=secret or PLACEHOLDER,
        customer=sandbox.current_customer or 1,
    )
    guides = [Guide.of(api, connection) for api in emulator.apis]
    return page(
        request,
        TEMPLATE,
        sandbox=sandbox,
        guides=guides,
        has_secret=secret is not None,
        tools=tool_examples(emulator.apis, connection),
        is_address=request.host.startswith(("127.", "[")),
        browser_url=f"{request.scheme}://localhost:{request.url.port}{request.path}",
    )
