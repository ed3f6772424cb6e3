"""The pages for logging in and out."""

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from support.emulator import Reply, RunningEmulator, Start

SITE = "http://localhost:5173/members?a=1&b=%C3%A9#top"
HTML = "text/html; charset=utf-8"


def addresses(reply: Reply) -> list[str]:
    """Return the addresses of the buttons of a page."""
    return [unescape(address) for address in re.findall(r'<a href="([^"]*)"', reply.text)]


@pytest.mark.parametrize("base", ["", "/api/v1"])
async def test_login_page_lists_the_customers_of_the_sandbox(emulator: RunningEmulator, base: str) -> None:
    reply = await emulator.request("GET", f"{base}/login/docs.anna")
    assert (200, HTML) == (reply.status, reply.headers["Content-Type"])
    assert ["?customer=1", "?customer=2", "?customer=164"] == addresses(reply)
    assert "<bdi>Joe Jackson</bdi><small>164 joe.jackson@example.com</small>" in reply.text


async def test_buttons_keep_the_parameters_of_the_request(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", f"/login/docs?popup=1&redirect={quote(SITE, safe='')}&x=1")
    query = parse_qs(addresses(reply)[2].removeprefix("?"))
    assert {"popup": ["1"], "redirect": [SITE], "customer": ["164"]} == query


async def test_page_has_neither_scripts_nor_markup_of_customers(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/login/edge?redirect=http://a.test/%22%3E%3Cscript%3E")
    assert 200 == reply.status
    assert "<script" not in reply.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in reply.text


async def test_page_is_protected_like_the_dashboard(emulator: RunningEmulator) -> None:
    headers = (await emulator.request("GET", "/login/docs")).headers
    policy = headers["Content-Security-Policy"]
    assert ("no-store", "nosniff") == (headers["Cache-Control"], headers["X-Content-Type-Options"])
    assert ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] == [
        part for part in policy.split("; ") if part.endswith("'none'") and not part.startswith("form")
    ]
    assert "script-src" not in policy


async def test_page_of_a_large_set_lists_200_customers(emulator: RunningEmulator) -> None:
    plan = {"seed": 1, "universe": {"customers": 250, "orders": 0}}
    await emulator.control("PUT", "/sandboxes/big", json={"fixtures": {"generate": plan}})
    reply = await emulator.request("GET", "/login/big")
    assert (200, True) == (len(addresses(reply)), "50 more customers" in reply.text)


async def test_page_of_a_sandbox_without_customers_says_so(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/none", json={"fixtures": {}})
    assert "This sandbox has no customers." in (await emulator.request("GET", "/login/none")).text


# ---- the cookie


async def test_selected_customer_is_logged_in_by_the_cookie(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", f"/login/docs?redirect={quote(SITE, safe='')}&customer=164")
    assert (301, SITE, "no-store") == (reply.status, reply.headers["Location"], reply.headers["Cache-Control"])
    assert "mockorders_customer=164; Path=/; SameSite=Lax" == reply.headers["Set-Cookie"]
    assert 164 == (await emulator.universe("/account", "docs@2")).json["customer"]["id"]


async def test_logout_ends_the_session_whatever_the_customer_of_the_sandbox(emulator: RunningEmulator) -> None:
    await emulator.request("GET", "/login/docs?customer=164")
    reply = await emulator.request("GET", f"/logout/docs?redirect={quote(SITE, safe='')}")
    assert (301, SITE) == (reply.status, reply.headers["Location"])
    assert {"status": "ok", "logged_in": False} == (await emulator.universe("/account/status", "docs@2")).json


@pytest.mark.parametrize("path", ["/login/docs?customer=2", "/logout/docs", "/api/v1/logout/docs/"])
async def test_without_a_redirect_there_is_a_page(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.request("GET", path)
    assert (200, HTML, True) == (reply.status, reply.headers["Content-Type"], "Set-Cookie" in reply.headers)


# ---- the hand-over of tokens


async def test_popup_hands_tokens_over_to_the_site(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", f"/login/docs?popup=1&redirect={quote(SITE, safe='')}&customer=164")
    location = urlsplit(reply.headers["Location"])
    query = parse_qs(location.query)
    assert (301, "http", "localhost:5173", "/login/reload") == (
        reply.status,
        location.scheme,
        location.netloc,
        location.path,
    )
    names = "access_token access_token_expiration refresh_token refresh_token_expiration redirect".split()
    assert (names, [SITE]) == (list(query), query["redirect"])
    assert "Set-Cookie" not in reply.headers


async def test_tokens_are_not_in_the_journal(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", f"/login/docs?popup=1&redirect={quote(SITE, safe='')}&customer=164")
    token = parse_qs(urlsplit(reply.headers["Location"]).query)["refresh_token"][0]
    assert token not in (await emulator.control("GET", "/sandboxes/docs/requests")).text


@pytest.mark.parametrize(
    "query",
    [
        "redirect=javascript:alert(1)",
        "redirect=//evil.example",
        "redirect=/members",
        "redirect=http://",
        "redirect=http://[",
        "redirect=ftp://a/b",
        "redirect=http://a.test/" + "x" * 4_000,
        "customer=999",
        "customer=x",
        "customer=-2",
        "customer=%D9%A2",
        "customer=" + "9" * 5_000,
        "customer=",
        "customer=2&popup=1",
    ],
)
async def test_invalid_parameters_are_rejected(emulator: RunningEmulator, query: str) -> None:
    reply = await emulator.request("GET", f"/login/docs?{query}")
    assert ("error", False, False) == (reply.json["status"], "Location" in reply.headers, "Set-Cookie" in reply.headers)


FOREIGN = [
    "https://evil.example/",
    "http://localhost.evil.example/",
    "http://localhost@evil.example/",
    "http://evil.example\\@localhost/",
    "http://localhost:80x/",
    "https://shop.example.evil.example/",
    "http://shop.example/",
]


@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.parametrize(
    "page", ["login/docs?popup=1&customer=164", "login/docs?customer=164", "login/docs?", "logout/docs?"]
)
async def test_only_allowed_pages_are_redirected_to(start: Start, page: str, url: str) -> None:
    emulator = await start(allow_origins=["https://shop.example"])
    reply = await emulator.request("GET", f"/{page}&redirect={quote(url, safe='')}")
    assert ("error", False, False) == (reply.json["status"], "Location" in reply.headers, "Set-Cookie" in reply.headers)


@pytest.mark.parametrize("url", ["https://shop.example/members", "http://[::1]:3000/", "https://fans.localhost/#a"])
async def test_allowed_pages_are_redirected_to(start: Start, url: str) -> None:
    emulator = await start(allow_origins=["https://shop.example"])
    reply = await emulator.request("GET", f"/login/docs?customer=164&redirect={quote(url, safe='')}")
    assert (301, url) == (reply.status, reply.headers["Location"])


async def test_own_host_is_redirected_to(emulator: RunningEmulator) -> None:
    path = "/login/docs?customer=164&redirect=http%3A%2F%2Fci.example%3A81%2Fmembers"
    reply = await emulator.request("GET", path, headers={"Host": "ci.example:81"})
    assert (301, "http://ci.example:81/members") == (reply.status, reply.headers["Location"])


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("http://fans.test:5173/members?a=1", "http://fans.test:5173/"),
        ("https://localhost/", "https://localhost/"),
        ("https://evil.example/", None),
        ("http://{own}/_mockorders/", None),
        ("about:blank", None),
        ("http://[", None),
        ("", None),
    ],
)
async def test_logout_without_a_redirect_returns_to_the_site(
    emulator: RunningEmulator, referer: str, location: str | None
) -> None:
    headers = {"Referer": referer.format(own=f"127.0.0.1:{emulator.port}")}
    reply = await emulator.request("GET", "/logout/docs", headers=headers)
    expected = (301 if location else 200, location, "mockorders_customer=none; Path=/; SameSite=Lax")
    assert expected == (reply.status, reply.headers.get("Location"), reply.headers["Set-Cookie"])


async def test_redirect_cannot_add_headers(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/logout/docs?redirect=http://a.test/%0D%0AX-Injected:%201%E2%80%A8")
    assert ("http://a.test/%0D%0AX-Injected:%201%E2%80%A8", False) == (
        reply.headers["Location"],
        "X-Injected" in reply.headers,
    )


async def test_foreign_page_cannot_log_in(emulator: RunningEmulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Referer": "https://evil.example/"}
    reply = await emulator.request("GET", "/login/docs?customer=164", headers=headers)
    assert (403, False) == (reply.status, "Set-Cookie" in reply.headers)


async def test_local_page_can_open_the_login_page(emulator: RunningEmulator) -> None:
    headers = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Referer": "http://localhost:5173/"}
    assert 200 == (await emulator.request("GET", "/login/docs", headers=headers)).status


@pytest.mark.parametrize(
    "effect", [{"type": "drift", "pointer": "/x"}, {"type": "malformed"}, {"type": "truncate", "bytes": 5}]
)
async def test_faults_apply_to_pages(emulator: RunningEmulator, effect: dict[str, object]) -> None:
    fault = {"match": {"path": "/login/docs"}, "effect": effect}
    assert 201 == (await emulator.control("POST", "/sandboxes/docs/faults", json=fault)).status
    async with emulator.session.get(f"{emulator.url}/login/docs") as response:
        assert 200 == response.status


# ---- the links of the fan club


@pytest.mark.parametrize("name", ["docs", "docs.anna", "edge.b"])
async def test_fanclub_links_to_the_pages_of_its_sandbox(emulator: RunningEmulator, name: str) -> None:
    links = (await emulator.universe("/fanclub", name)).json["fanclub"]["links"]
    expected = [f"{emulator.url}/api/v1/{page}/{name}" for page in ("login", "logout")]
    assert expected == [links["login"], links["logout"]]
    assert 200 == (await emulator.request("GET", links["login"].removeprefix(emulator.url))).status


async def test_links_name_the_host_of_the_request(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/fanclub", "docs", Host="api.test:81")
    assert "http://api.test:81/api/v1/login/docs" == reply.json["fanclub"]["links"]["login"]


async def test_unreadable_host_is_left_out(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/fanclub", "docs", Host='a"b')
    assert "/api/v1/login/docs" == reply.json["fanclub"]["links"]["login"]
