"""Code that sends requests to one sandbox, by language and tool."""

import base64
import json
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from mockorders.apis.base import Api
from mockorders.validation.schemas import properties

LOGIN_PLACEHOLDER = "{login}"
JSONP_TYPE = "application/javascript"
ORDERS = "/orders"


class Connection(NamedTuple):
    """A sandbox on a server: the server's URL, the sandbox's credential, and a customer to log in as."""

    base: str
    name: str
    secret: str
    customer: int


class Snippet(NamedTuple):
    """An example: its title, its code, and when to use it."""

    title: str
    code: str
    hint: str = ""


class Guide(NamedTuple):
    """How to connect to one API; `password` is empty if none is needed."""

    api: Api
    url: str
    credential: str
    password: str
    snippets: Sequence[Snippet]

    @classmethod
    def of(cls, api: Api, connection: Connection) -> "Guide":
        """Return the guide to an API."""
        examples = _Examples(api, connection)
        password = connection.secret if examples.has_login else ""
        url = connection.base + api.base_paths[0]
        return cls(api, url, connection.name, password, list(examples.snippets()))


class _Examples:
    """The examples of one API; they list its orders."""

    def __init__(self, api: Api, connection: Connection) -> None:
        self._api = api
        self._connection = connection
        self._login = f"{connection.name}:{connection.secret}"
        values = {"base": connection.base, "name": quote(connection.name, safe=""), "login": self._login}
        self._arguments = [argument.format(**values) for argument in api.curl_example]
        self._url = self._arguments[-1]
        self._cookie = _cookie_name(api)
        self._list = _list_property(api)
        self.has_login = LOGIN_PLACEHOLDER in api.curl_example

    def snippets(self) -> Iterator[Snippet]:
        """Yield the examples."""
        yield Snippet("curl", shlex.join(["curl", *self._arguments]))
        yield Snippet("fetch", self._script("fetch", 'credentials: "include"', "await response.json()"))
        yield Snippet("axios", self._script("axios.get", "withCredentials: true", "response.data"))
        if JSONP_TYPE in self._api.documentation.other_media_types:
            yield from self._jsonp()
        if self._cookie:
            yield from self._log_in()
        yield Snippet("Python", self._python())
        yield Snippet("pytest", self._pytest(), "Each test gets a sandbox of its own, without a server to start.")
        if self._cookie:
            yield Snippet("Playwright", self._playwright(), "With the npm package of mockorders.")

    def _script(self, function: str, with_cookies: str, body: str) -> str:
        header = "Basic " + base64.b64encode(self._login.encode()).decode()
        options = [f"headers: {{Authorization: {json.dumps(header)}}}"] * self.has_login
        options += [with_cookies] * bool(self._cookie)
        second = f", {{{', '.join(options)}}}" if options else ""
        target = f"{{{_as('orders', self._list)}}}" if self._list else "orders"
        return f"const response = await {function}({json.dumps(self._url)}{second});\nconst {target} = {body};"

    def _jsonp(self) -> Iterator[Snippet]:
        url = f"{self._url}&callback=show"
        script = "<script>\n  function show(body) { document.title = body.status; }\n</script>\n"
        yield Snippet("JSONP", f'{script}<script src="{url}"></script>')
        code = f'$.ajax({{url: {json.dumps(self._url)}, dataType: "jsonp"}}).then(show);'
        yield Snippet("jQuery", code, "jQuery names the callback.")

    def _log_in(self) -> Iterator[Snippet]:
        customer = self._connection.customer
        code = f'document.cookie = "{self._cookie}={customer}; path=/";  // log out: {self._cookie}=none'
        yield Snippet("Log in, in the browser", code, "For a page on the same host, at any port.")
        name = quote(self._connection.name, safe="")
        values = {"base": self._connection.base, "name": f"{name}@{customer}", "login": self._login}
        arguments = [argument.format(**values) for argument in self._api.curl_example]
        yield Snippet("Log in, one request", shlex.join(["curl", *arguments]), "Log out: @none.")
        body = json.dumps({"current_customer": customer})
        command = ["curl", "-X", "PATCH", f"{self._connection.base}/_mockorders/sandboxes/{name}", "-d", body]
        hint = "Log out: null. Customer in the header does the same."
        yield Snippet("Log in, all other requests", shlex.join(command), hint)

    def _python(self) -> str:
        auth = (
            f", auth=({_quoted(self._connection.name)}, {_quoted(self._connection.secret)})" if self.has_login else ""
        )
        return f"import requests\n\norders = requests.get({_quoted(self._url)}{auth}).json(){self._item()}"

    def _pytest(self) -> str:
        api = f"mockorders.{self._api.name}"
        path = self._api.documented_path(ORDERS).removeprefix(self._api.base_paths[-1])
        query = "" if self.has_login else f"?key={{{api}.key}}"
        auth = f", auth={api}.auth" if self.has_login else ""
        lines = [
            "import requests",
            "",
            "def test_orders(mockorders):",
            f'    url = f"{{{api}.base_url}}{path}{query}"',
            f"    assert requests.get(url{auth}).json(){self._item()}",
        ]
        return "\n".join(lines)

    def _item(self) -> str:
        return f'["{self._list}"]' if self._list else ""

    def _playwright(self) -> str:
        lines = [
            'import { expect, test } from "mockorders/playwright";',
            "",
            'test("shows the customer\'s orders", async ({ page, mockorders, logIn }) => {',
            f"  await logIn({self._connection.customer});",
            f"  await page.goto(`${{mockorders.{self._api.name}.baseUrl}}/orders?key=${{mockorders.key}}`);",
            '  await expect(page.locator("body")).toContainText(\'"status":"ok"\');',
            "});",
        ]
        return "\n".join(lines)


def tool_examples(apis: Sequence[Api], connection: Connection) -> list[Snippet]:
    """Return the settings of tools that concern all APIs."""
    variables = []
    for api in apis:
        prefix = f"VITE_{api.name.upper()}"
        variables += [f"{prefix}_URL={connection.base}{api.base_paths[0]}", f"{prefix}_KEY={connection.name}"]
    paths = [*(api.base_paths[0] for api in apis), "/_mockorders"]
    proxies = [f"      {json.dumps(path)}: {json.dumps(connection.base)}," for path in paths]
    config = ["export default {", "  server: {", "    proxy: {", *proxies, "    },", "  },", "};"]
    proxy_hint = (
        "The API is part of the page's origin then: relative URLs, no CORS, and login cookies under any host name."
    )
    return [
        Snippet(".env", "\n".join(variables), "Read with import.meta.env in vite."),
        Snippet("vite.config.js", "\n".join(config), proxy_hint),
        Snippet("pytest with this server", f"pytest --mockorders-url {shlex.quote(connection.base)}"),
    ]


def _cookie_name(api: Api) -> str:
    """Return the name of the cookie that selects the current customer; empty if there is none."""
    schemes = api.documentation.security.values()
    return next((str(each["name"]) for each in schemes if each.get("in") == "cookie"), "")


def _list_property(api: Api) -> str:
    """Return the property of a list of orders that has the orders; empty if the list is not in an object."""
    route = api.match("GET", ORDERS).route
    known = properties(f"{api.name}/{route.response_schema}") if route is not None and route.response_schema else {}
    return next((name for name, schema in known.items() if name != "messages" and schema.get("type") == "array"), "")


def _as(name: str, property_name: str) -> str:
    return name if name == property_name else f"{property_name}: {name}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)
