"""How a program reaches a sandbox: base URL, credential, and the first lines of code, to be copied."""

import base64
import json
import shlex
from typing import NamedTuple
from urllib.parse import quote

from aiohttp import web

from mockorders.apis.base import Api
from mockorders.control.inputs import get_emulator
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.templating import page

LOGIN = "{login}"


class ConnectGuide(NamedTuple):
    """How one API is reached; `codes` are titles and code."""

    api: Api
    url: str
    credential: str
    password: str
    codes: list[tuple[str, str]]


async def detail(request: web.Request) -> web.Response:
    """Show the ways to both APIs."""
    sandbox, emulator = viewed_sandbox(request), get_emulator(request)
    secret = (emulator.settings.credentials or {}).get(sandbox.name) or "any"
    base = f"{request.scheme}://{request.host}"
    ways = [_guide(api, base, sandbox.name, secret) for api in emulator.apis]
    return page(request, "connect.html", sandbox=sandbox, ways=ways)


def _guide(api: Api, base: str, name: str, secret: str) -> ConnectGuide:
    values = {"base": base, "name": quote(name, safe=""), "login": f"{name}:{secret}"}
    words = [word.format(**values) for word in api.curl_example]
    url, login = words[-1], LOGIN in api.curl_example
    header = "Basic " + base64.b64encode(values["login"].encode()).decode()
    options = f", {{\n  headers: {{Authorization: {json.dumps(header)}}},\n}}" if login else ""
    auth = f", auth=({_python(name)}, {_python(secret)})" if login else ""
    codes = [
        ("curl", shlex.join(["curl", *words])),
        ("fetch", f"const response = await fetch({json.dumps(url)}{options});\nconst orders = await response.json();"),
        ("axios", f"const {{data: orders}} = await axios.get({json.dumps(url)}{options});"),
        ("Python", f"import requests\n\norders = requests.get({_python(url)}{auth}).json()"),
    ]
    return ConnectGuide(api, base + api.base_paths[0], name, secret if login else "", codes)


def _python(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)
