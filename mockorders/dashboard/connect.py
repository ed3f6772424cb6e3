"""The page Connect: base URL, credential and code examples of each API."""

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

LOGIN_PLACEHOLDER = "{login}"


class ConnectGuide(NamedTuple):
    """How to connect to one API; `examples` are pairs of title and code, `password` is empty if none is needed."""

    api: Api
    url: str
    credential: str
    password: str
    examples: list[tuple[str, str]]


async def detail(request: web.Request) -> web.Response:
    """Show how to connect to each API."""
    sandbox = viewed_sandbox(request)
    emulator = get_emulator(request)
    secret = (emulator.settings.credentials or {}).get(sandbox.name) or "any"
    base = f"{request.scheme}://{request.host}"
    guides = [_guide(api, base, sandbox.name, secret) for api in emulator.apis]
    return page(request, "connect.html", sandbox=sandbox, guides=guides)


def _guide(api: Api, base: str, name: str, secret: str) -> ConnectGuide:
    values = {"base": base, "name": quote(name, safe=""), "login": f"{name}:{secret}"}
    arguments = [argument.format(**values) for argument in api.curl_example]
    url = arguments[-1]
    login = LOGIN_PLACEHOLDER in api.curl_example
    header = "Basic " + base64.b64encode(values["login"].encode()).decode()
    options = f", {{\n  headers: {{Authorization: {json.dumps(header)}}},\n}}" if login else ""
    auth = f", auth=({_python(name)}, {_python(secret)})" if login else ""
    examples = [
        ("curl", shlex.join(["curl", *arguments])),
        ("fetch", f"const response = await fetch({json.dumps(url)}{options});\nconst orders = await response.json();"),
        ("axios", f"const {{data: orders}} = await axios.get({json.dumps(url)}{options});"),
        ("Python", f"import requests\n\norders = requests.get({_python(url)}{auth}).json()"),
    ]
    return ConnectGuide(api, base + api.base_paths[0], name, secret if login else "", examples)


def _python(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)
