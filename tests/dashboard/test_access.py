"""Access control of the dashboard."""

import pytest
from support.dashboard import HTML, ORDER, Reader
from support.emulator import RunningEmulator, Start

FORMS = ["/ui/", "/ui/reset", "/ui/docs/reset", "/ui/docs/faults", f"{ORDER}/edit", "/ui/docs/state/clock"]
ELSEWHERE: list[dict[str, str]] = [
    {},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:3000"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
async def test_cross_origin_form_is_rejected(docs: RunningEmulator, path: str, headers: dict[str, str]) -> None:
    reply = await docs.control("POST", path, data=b"name=x&effect=reset&frozen=true", headers=headers)
    assert (403, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert ["docs"] == [each["name"] for each in (await docs.control("GET", "/sandboxes")).json["sandboxes"]]


@pytest.mark.parametrize("path", ["/", "/ui/docs/requests", "/ui/docs/state"])
async def test_cross_site_navigation_to_a_page_is_allowed_but_not_to_its_stream(
    docs: RunningEmulator, path: str
) -> None:
    assert 200 == (await docs.control("GET", path, headers=ELSEWHERE[4])).status
    assert 403 == (await docs.control("GET", "/live/docs", headers=ELSEWHERE[4])).status
    assert 403 == (await docs.control("GET", path, headers=ELSEWHERE[4] | {"Sec-Fetch-Dest": "iframe"})).status


TOKEN = "s3cret-token"  # of these tests


@pytest.fixture
async def closed(start: Start) -> RunningEmulator:
    return await start(control_token=TOKEN)


async def test_token_is_entered_once_and_stored_in_a_cookie(closed: RunningEmulator) -> None:
    await closed.universe("/orders", key="docs")
    reply = await closed.control("GET", f"/ui/docs/requests?api=universe&token={TOKEN}", headers=HTML)
    assert (303, "/_mockorders/ui/docs/requests?api=universe") == (reply.status, reply.headers["Location"])
    cookie, *attributes = reply.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/_mockorders"} == set(attributes)
    assert TOKEN not in cookie
    closed.session.cookie_jar.clear()
    with_cookie = {"Cookie": cookie, **HTML}
    assert 200 == (await closed.control("GET", "/ui/docs/requests", headers=with_cookie)).status
    assert 200 == (await closed.control("GET", "/sandboxes/docs/state", headers=with_cookie)).status
    reset = {"Origin": closed.url, **with_cookie}
    assert 303 == (await closed.control("POST", "/ui/docs/reset", headers=reset)).status
    assert 403 == (await closed.control("POST", "/ui/docs/reset", headers=with_cookie)).status


@pytest.mark.parametrize("path", ["/", "/ui/docs/requests", "/ui/docs/requests?token=wrong", "/?token="])
async def test_page_without_the_token_shows_the_login_form(closed: RunningEmulator, path: str) -> None:
    reply = await closed.control("GET", path, headers=HTML)
    assert (401, "Bearer") == (reply.status, reply.headers["WWW-Authenticate"])
    assert 'name="token" type="password"' in reply.text
    style = next(each for each in Reader(reply.text).addresses if each.endswith(".css"))
    assert 200 == (await closed.request("GET", style)).status
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"/sandboxes?token={TOKEN}"), ("POST", f"/ui/reset?token={TOKEN}"), ("GET", f"/live/docs?token={TOKEN}")],
)
async def test_token_in_another_url_is_ignored(closed: RunningEmulator, method: str, path: str) -> None:
    assert 401 == (await closed.control(method, path, headers={"Origin": closed.url})).status


@pytest.mark.parametrize("cookie", ["", "x", TOKEN])
async def test_wrong_cookie_is_rejected(closed: RunningEmulator, cookie: str) -> None:
    port = closed.port
    headers = {"Cookie": f"mockorders_pass_{port}={cookie}; mockorders_pass={cookie}"}
    assert 401 == (await closed.control("GET", "/sandboxes", headers=headers)).status
