"""`mockorders validate`: recorded responses, HAR files and live services, checked against the schemas."""

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.emulator import basic, example
from support.http_server import QuietServer
from support.processes import ENVIRONMENT, MODULE, finish, run

from mockorders import MockServer, Sandbox
from mockorders.cli.main import main

ORDER = "/v1/orders/75572230/"
CHANGES: list[tuple[Callable[[Any], Any], str]] = [
    (lambda order: order.pop("total"), "/total: is required, expected an integer"),
    (lambda order: order.update(total="35.00"), '/total: expected an integer, got "35.00"'),
    (lambda order: order.update(status="cancelled"), '/status: expected one of "open", "closed", got "cancelled"'),
    (lambda order: order["customer"].update(phone="5"), "/customer/phone: Unknown property 'customer.phone'"),
]


def validate(*arguments: str, stdin: str | bytes | None = None, **environment: str) -> Result:
    """Run the command in this process, without the caller's MOCKORDERS_* variables."""
    settings = {**{name: None for name in ENVIRONMENT if name.lower().endswith("_proxy")}, **environment}
    return CliRunner().invoke(main, ["validate", *arguments], input=stdin, env=settings)


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Start an emulator with the observed profile in the place of the real services."""
    with MockServer(fixtures="docs", profile="observed") as running:
        yield running


@pytest.fixture
def order(server: MockServer) -> Any:
    """Return an order as in responses of the observed profile."""
    request = urllib.request.Request(f"{server.url}{ORDER}?with=all", headers=basic("docs"))
    with urllib.request.urlopen(request) as response:
        return json.load(response)


Write = Callable[[Any], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a recording: text unchanged, anything else as JSON."""

    def writes(value: Any) -> str:
        file = tmp_path / "recorded"
        file.write_text(value if isinstance(value, str) else json.dumps(value))
        return str(file)

    return writes


def entry(path: str, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    """Return a HAR entry as browsers write it; a body of None was not recorded."""
    text = body if isinstance(body, str | None) else json.dumps(body)
    content = {"size": len(text or ""), "mimeType": "application/json", **({} if text is None else {"text": text})}
    url = path if path.startswith("http") else f"https://api.cratejoy.com{path}"
    request = {"method": more.pop("method", "GET"), "url": url, "headers": [], "queryString": []}
    headers = [{"name": "location", "value": more.pop("location", "")}]
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": request,
        "response": {"status": status, "headers": headers, "content": {**content, **more}},
    }


def har(*entries: Any) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": list(entries)}}


def summary(result: Result) -> str:
    return result.stdout.splitlines()[-1]


# ---- one response as plain JSON


@pytest.mark.parametrize(
    "name", ["latest_no_orders", "order_489", "order_489_queued", "order_not_yours", "orders_desc", "orders_queued"]
)
def test_documented_responses_are_valid_with_a_guessed_endpoint(write: Write, name: str) -> None:
    result = validate(write(example(f"universe/{name}")))
    assert (0, "1 response checked, 0 skipped; 0 violations\n") == (result.exit_code, result.stdout)


def test_order_is_valid(write: Write, order: Any) -> None:
    assert 0 == validate(write(order)).exit_code


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=["gone", "another type", "not known", "new"])
def test_violation_names_file_endpoint_pointer_and_expectation(
    write: Write, order: Any, change: Callable[[Any], Any], expected: str
) -> None:
    change(order)
    file = write(order)
    result = validate(file)
    lines = [
        f"violation: {file}: cratejoy GET /orders/{{id}}: {expected}",
        "1 response checked, 0 skipped; 1 violation",
    ]
    assert (1, lines, "") == (result.exit_code, result.stdout.splitlines(), result.stderr)


def test_new_properties_can_be_notes(write: Write, order: Any) -> None:
    order["customer"]["phone"] = "5"
    result = validate("--allow-new", write(order))
    assert (0, True) == (result.exit_code, result.stdout.startswith("note: "))
    order["total"] = None
    result = validate("--allow-new", write(order))
    assert (1, "1 response checked, 0 skipped; 1 violation") == (result.exit_code, summary(result))


def test_many_violations_of_one_response_are_shortened(write: Write, order: Any) -> None:
    listed = {"count": 50, "next": None, "prev": None, "results": [{**order, "total": None} for _ in range(50)]}
    lines = validate(write(listed)).stdout.splitlines()
    assert (22, "  … and 30 more") == (len(lines), lines[20])
    assert "1 response checked, 0 skipped; 50 violations" == lines[21]


@pytest.mark.parametrize(("profile", "expected"), [("documented", 1), ("observed", 0)])
def test_profile_defaults_to_observed(write: Write, order: Any, profile: str, expected: int) -> None:
    file = write(order)
    assert [expected, expected] == [
        validate("--profile", profile, file).exit_code,
        validate(file, MOCKORDERS_PROFILE=profile).exit_code,
    ]
    if expected:
        line = "1 of 1 invalid response would match --profile observed"
        assert line == summary(validate("--profile", profile, file))


def test_endpoint_can_be_given(write: Write, order: Any) -> None:
    file = write({"note": order["note"]})
    named = validate("--route", "cratejoy GET /orders/{id}", file)
    assert (2, 1) == (validate(file).exit_code, named.exit_code)
    assert (
        f"violation: {file}: cratejoy GET /orders/{{id}}: /customer_id: is required, expected an integer"
        in named.stdout
    )


@pytest.mark.parametrize("name", ["cratejoy/create_order", "cratejoy/update_note", "universe/request_order_desc"])
def test_unrecognized_json_is_rejected(write: Write, name: str) -> None:
    file = write(example(name))
    result = validate(file)
    assert (2, f"mockorders: {file}: no endpoint matches this response: choose one with --route\n") == (
        result.exit_code,
        result.stderr,
    )


def test_standard_input_is_validated(order: Any) -> None:
    fine = validate("-", stdin=json.dumps(order))
    broken = validate("-", stdin=json.dumps({**order, "total": None}))
    assert (0, 1, "violation: -: ") == (fine.exit_code, broken.exit_code, broken.stdout[:14])


def test_several_files_are_validated(write: Write, order: Any, tmp_path: Path) -> None:
    (tmp_path / "more.json").write_text(json.dumps({**order, "total": None}))
    result = validate(write(order), str(tmp_path / "more.json"))
    assert (1, "2 responses checked, 0 skipped; 1 violation") == (result.exit_code, summary(result))


def test_numbers_are_printed_as_written(write: Write, order: Any) -> None:
    text = json.dumps(order)
    result = validate(write(text.replace('"total": 3500', '"total": 3500.0')))
    assert (1, True) == (result.exit_code, "/total: expected an integer, got 3500.0" in result.stdout)


# ---- HAR


def paths() -> list[tuple[str, list[str], str]]:
    """Yield paths, options and the matching endpoint, or None if the entry is skipped."""
    one = "cratejoy GET /orders/{id}"
    return [
        ("/v1/orders/5/", [], one),
        ("/v1/orders/5", [], one),
        ("https://example.com/shop/v1/orders/5/?with=all&x=y", [], one),
        ("http://localhost:9/v1/orders/5", [], one),
        ("https://example.com/proxy/orders/5", ["--api", "cratejoy"], one),
        ("https://example.com/proxy/v1/orders/5", ["--api", "universe"], "universe GET /orders/{id}"),
        ("https://fans.example.com/api/v1/orders/5?key=k", [], "universe GET /orders/{id}"),
        ("https://fans.example.com/a/b/api/v1/orders/5.json", [], "universe GET /orders/{id}"),
        ("https://fans.example.com/orders/5", [], "universe GET /orders/{id}"),
        ("https://fans.example.com/api/v1/orders/latest", [], "universe GET /orders/latest"),
        ("https://fans.example.com/proxy/orders/5", [], ""),
        ("https://fans.example.com/proxy/orders/5", ["--api", "universe"], "universe GET /orders/{id}"),
        ("/v1/hooks/5/", [], ""),
        ("/v2/orders/5", [], ""),
        ("https://example.com/", [], ""),
    ]


@pytest.mark.parametrize(("path", "options", "expected"), paths())
def test_har_paths_are_matched_to_endpoints(write: Write, path: str, options: list[str], expected: str) -> None:
    result = validate(*options, write(har(entry(path, {"wrong": 1}))))
    first = result.stdout.splitlines()[0]
    assert (1 if expected else 2) == result.exit_code
    assert (f"[0]: {expected}: /" in first) if expected else first.startswith("skipped: ")


OTHERS = [
    (entry("/v1/hooks/", {}), "GET /v1/hooks/: the Cratejoy Merchant API has this endpoint, the emulator does not"),
    (
        entry("/api/v1/contacts", {}, method="POST"),
        "POST /api/v1/contacts: the Universe orders API has this endpoint, the emulator does not",
    ),
    (entry("https://example.com/logo.png", "x"), "GET /logo.png: no endpoint of the emulated APIs"),
    (entry(ORDER, {}, method="DELETE"), "DELETE /v1/orders/75572230/: no endpoint of the emulated APIs"),
    (entry(ORDER, "", method="HEAD"), "HEAD /v1/orders/75572230/: HEAD has no response to check"),
    (entry(ORDER, None), "GET /v1/orders/75572230/: its body was not recorded"),
    (entry(ORDER, '{"id": 5', size=9_000), "GET /v1/orders/75572230/: only part of its body was recorded"),
    (entry(ORDER, "", 0), "GET /v1/orders/75572230/: no response"),
    (entry(ORDER, "", 304), "GET /v1/orders/75572230/: no response"),
    (entry(ORDER, "{}", 500, mimeType="application/problem+json"), "a problem document, which only the emulator sends"),
]


@pytest.mark.parametrize(("other", "why"), OTHERS, ids=range(len(OTHERS)))
def test_other_har_entries_are_skipped(write: Write, order: Any, other: Any, why: str) -> None:
    result = validate(write(har(entry(ORDER, order), other)))
    first, last = result.stdout.splitlines()
    assert (0, True, True) == (result.exit_code, first.startswith("skipped: "), first.endswith(why)), first
    assert "1 response checked, 1 skipped; 0 violations" == last


def test_har_without_matching_entries_is_an_error(write: Write) -> None:
    result = validate(write(har(entry("https://example.com/", "x"))))
    assert (2, "mockorders: validate: no response was checked\n") == (result.exit_code, result.stderr)


LISTED: dict[str, Any] = {"count": 0, "next": None, "prev": None, "results": []}
VIOLATIONS = [
    (entry(ORDER, "<html>", mimeType="text/html"), "expected JSON: Expecting value at line 1, column 1, got text/html"),
    (entry(ORDER, ""), "expected JSON, got an empty body (status 200)"),
    (entry(ORDER, "", 301, location="https://x.example/v1/?key=s"), "got a redirect (301) to https://x.example/v1/"),
    (entry(ORDER, {"message": "no"}, 404), "/errors: is required"),
    (entry(ORDER, {"errors": ["no"]}, 200), '/: expected a response, got the error {"errors": ["no"]} (status 200)'),
    (entry(ORDER, {"status": "open", "id": 5}, 404), "/errors: is required"),
    (entry("/v1/orders", LISTED, 202), "/: expected status 200, got 202"),
    (
        entry("http://x/orders/5", {"status": "error", "message": "no"}),
        "universe GET /orders/{id}: /messages: is requi",
    ),
    (entry("http://x/orders/5", {"status": "ok"}), "universe GET /orders/{id}: /order: is required"),
]


@pytest.mark.parametrize(("broken", "expected"), VIOLATIONS, ids=range(len(VIOLATIONS)))
def test_response_that_is_not_json_is_a_violation(write: Write, broken: Any, expected: str) -> None:
    result = validate(write(har(broken)))
    assert (1, True) == (result.exit_code, expected in result.stdout), result.stdout


FINE = [
    entry(ORDER, {"errors": ["Not found"]}, 404),
    entry("http://x/api/v1/orders", {"status": "error", "messages": ["Invalid API key"]}),
    entry("http://x/api/v1/orders/9", {"status": "error", "messages": ["No order found"]}, 404),
    entry("http://x/orders", base64.b64encode(b'{"status":"ok","orders":[]}').decode(), encoding="base64"),
    entry("http://x/orders?callback=f", 'f({"status":"ok","orders":[]});', mimeType="application/javascript"),
]


@pytest.mark.parametrize("fine", FINE, ids=range(len(FINE)))
def test_valid_responses_are_accepted(write: Write, fine: Any) -> None:
    assert 0 == validate(write(har(fine))).exit_code


UNREADABLE: list[tuple[Any, str]] = [
    ("{", "expected JSON: "),
    ("\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"), "expected JSON"),
    ("[" * 100_000, "expected at most 64 levels of nesting"),
    ({"log": {}}, "expected HAR 1.2 with a list of entries"),
    ({"evicted": 0, "requests": {}}, "expected the journal with a list of entries"),
]


@pytest.mark.parametrize(("value", "expected"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_unreadable_file_is_a_usage_error(write: Write, value: Any, expected: str) -> None:
    file = write(value)
    result = validate(file)
    assert (2, True) == (result.exit_code, result.stderr.startswith(f"mockorders: {file}: {expected}")), result.stderr


ENTRY = "expected an entry of HAR 1.2, with a request, its URL and a response"
BASE64 = "expected a body in text, or base64 if that is its encoding, got "
BROKEN_ENTRIES: list[tuple[Any, str]] = [
    (entry(ORDER, "!", encoding="base64"), f'{BASE64}base64: "!"'),
    (entry(ORDER, '{"id": 1}', encoding="base64"), BASE64),
    (entry(ORDER, "{}", encoding="gzip"), f'{BASE64}gzip: "{{}}"'),
    (entry(ORDER, "{}", encoding=5), f'{BASE64}5: "{{}}"'),
    (entry(ORDER, None, text={"id": 1}), f'{BASE64}{{"id": 1}}'),
    (entry("http://[", {}), ENTRY),
    ({"request": {"method": "GET", "url": ORDER}, "response": {"status": "abc"}}, ENTRY),
    ({"request": {}}, ENTRY),
    ({"response": {"status": 200}}, ENTRY),
    (1, ENTRY),
    (None, ENTRY),
]


@pytest.mark.parametrize(("broken", "expected"), BROKEN_ENTRIES, ids=range(len(BROKEN_ENTRIES)))
def test_unreadable_har_entry_is_named_and_the_others_are_checked(
    write: Write, order: Any, broken: Any, expected: str
) -> None:
    file = write(har(entry(ORDER, order), broken, entry(ORDER, {**order, "total": None})))
    result = validate(file)
    assert (1, True) == (result.exit_code, result.stderr.startswith(f"mockorders: {file}[1]: {expected}")), (
        result.stderr
    )
    assert "2 responses checked, 0 skipped; 1 violation" == summary(result)


def test_unreadable_har_entry_alone_is_a_usage_error(write: Write, order: Any) -> None:
    result = validate(write(har(entry(ORDER, order), entry(ORDER, "!", encoding="base64"))))
    assert (2, "1 response checked, 0 skipped; 0 violations") == (result.exit_code, summary(result))


def test_unreadable_body_of_another_url_is_skipped(write: Write, order: Any) -> None:
    result = validate(write(har(entry(ORDER, order), entry("/logo.png", "!", encoding="base64"))))
    assert (0, "1 response checked, 1 skipped; 0 violations") == (result.exit_code, summary(result))


@pytest.mark.parametrize("response", [None, {}, {"status": 0}, {"status": None, "content": None}, {"status": "0"}])
def test_aborted_request_is_skipped(write: Write, order: Any, response: Any) -> None:
    aborted = {**entry(ORDER, None), "response": response}
    result = validate(write(har(entry(ORDER, order), aborted)))
    assert (0, "1 response checked, 1 skipped; 0 violations") == (result.exit_code, summary(result))


def test_har_entry_of_another_type_and_size_is_checked(write: Write, order: Any) -> None:
    encoded = base64.encodebytes(json.dumps(order).encode()).decode()
    result = validate(write(har(entry(ORDER, order, mimeType=5, size="x"), entry(ORDER, encoded, encoding="BASE64"))))
    assert (0, "2 responses checked, 0 skipped; 0 violations") == (result.exit_code, summary(result))


def test_unreadable_journal_entry_is_named(write: Write) -> None:
    file = write({"evicted": 0, "requests": [{}]})
    expected = f"mockorders: {file}[0]: expected an entry of the journal, with a request, its URL and a response\n"
    assert (2, expected) == (validate(file).exit_code, validate(file).stderr)


def test_lines_of_json_are_checked_one_by_one(write: Write, order: Any) -> None:
    file = write("\n".join([json.dumps(order), '{"id": ', "", json.dumps({**order, "total": None})]))
    result = validate(file)
    assert (1, "2 responses checked, 0 skipped; 1 violation") == (result.exit_code, summary(result))
    assert f"mockorders: {file}:2: expected JSON: Expecting value at line 1, column 8\n" == result.stderr
    assert result.stdout.startswith(f"violation: {file}:4: cratejoy GET /orders/{{id}}: /total: ")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("https://fans.example.com/api/v1/customers", "no endpoint of the emulated APIs"),
        (
            "https://fans.example.com/api/v1/contests/1",
            "the Universe orders API has this endpoint, the emulator does not",
        ),
        ("https://fans.example.com/x/api/v1/products", "no endpoint of the emulated APIs"),
        ("https://example.com/shop/v1/carts", "the Cratejoy Merchant API has this endpoint, the emulator does not"),
    ],
)
def test_unknown_path_is_of_the_api_of_its_base_path(write: Write, path: str, expected: str) -> None:
    first = validate(write(har(entry(path, {})))).stdout.splitlines()[0]
    assert first.endswith(f": {expected}"), first


@pytest.mark.parametrize("path", ["/v1.1/shipments", "/v1.1/shipments/?limit=2", "/shop/v1.1/shipments"])
@pytest.mark.parametrize(("more", "found"), [({}, "0 violations"), ({"extra": 1}, "1 violation")])
def test_responses_of_version_1_1_are_checked(write: Write, path: str, more: Any, found: str) -> None:
    page = {"count": 0, "next": None, "prev": None, "results": [], **more}
    result = validate(write(har(entry(f"https://example.com{path}", page))))
    assert f"1 response checked, 0 skipped; {found}" == summary(result)


def test_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    result = validate(str(tmp_path / "nope"), str(tmp_path))
    lines = [f"{tmp_path}/nope: expected a readable file: No", f"{tmp_path}: expected a readable file:"]
    assert (2, [True, True]) == (
        result.exit_code,
        [line in result.stderr for line in lines],
    )


# ---- the emulator's own journal


def test_journal_and_its_har_export_are_valid(server: MockServer, write: Write) -> None:
    name = "docs.journal"
    for path in (ORDER, "/v1/orders/?with=all", "/v1/orders/5/", f"/api/v1/orders?key={name}", f"/orders/9?key={name}"):
        request = urllib.request.Request(f"{server.url}{path}", headers=basic(name))
        try:
            urllib.request.urlopen(request).close()
        except urllib.error.HTTPError as error:
            error.close()
    base = f"{server.url}/_mockorders/sandboxes/{name}/requests"
    for url, checked in ((base, "5 responses"), (f"{base}.har", "5 responses"), (f"{base}/1", "1 response")):
        with urllib.request.urlopen(url) as response:
            result = validate(write(response.read().decode()))
        assert (0, f"{checked} checked, 0 skipped; 0 violations\n") == (result.exit_code, result.stdout)


def test_drift_of_a_fault_is_found(server: MockServer, write: Write) -> None:
    sandbox = Sandbox(server.url, "docs.drift")
    sandbox.fault("drift", pointer="/order/plan/price", how="wrong_type", api="universe")
    urllib.request.urlopen(f"{server.url}/orders/latest?key=docs.drift@164").close()
    with urllib.request.urlopen(f"{server.url}/_mockorders/sandboxes/docs.drift/requests") as response:
        result = validate(write(response.read().decode()))
    assert (1, True) == (result.exit_code, "universe GET /orders/latest: /order/plan/price: expected" in result.stdout)


# ---- JSON output


def test_report_is_printed_as_json(write: Write, order: Any) -> None:
    broken = {**deepcopy(order), "total": None}
    file = write(har(entry(ORDER, broken), entry("/v1/store/", {})))
    result = validate("--json", file)
    expected = {
        "checked": 1,
        "violations": [
            {
                "place": f"{file}[0]",
                "endpoint": "cratejoy GET /orders/{id}",
                "status": 200,
                "pointer": "/total",
                "message": "expected an integer, got null",
            }
        ],
        "notes": [],
        "skipped": [
            {"place": f"{file}[1]", "why": "the Cratejoy Merchant API has this endpoint, the emulator does not"},
        ],
        "unreadable": [],
    }
    assert (1, expected) == (result.exit_code, json.loads(result.stdout))


# ---- a live service


LIVE = [
    (["--api", "cratejoy", "--user", "docs:any"], "", 0, "4 responses checked, 0 skipped; 0 violations"),
    (["--user", "docs:any"], "/v1", 0, "4 responses checked, 0 skipped; 0 violations"),
    (["--user", "docs:any"], "/v1/", 0, "4 responses checked, 0 skipped; 0 violations"),
    (["--key", "docs@2"], "", 0, "5 responses checked, 0 skipped; 0 violations"),
    (["--key", "docs@2"], "/api/v1", 0, "5 responses checked, 0 skipped; 0 violations"),
    (["--key", "docs@1"], "", 0, "4 responses checked, 1 skipped; 0 violations"),
    (["--key", "docs", "--bearer", "customer-164"], "", 0, "5 responses checked, 0 skipped; 0 violations"),
    (["--key", "docs@2", "--user", "docs:any"], "", 0, "9 responses checked, 0 skipped; 0 violations"),
    (["--user", "docs:any", "--profile", "documented"], "", 1, "4 responses checked, 0 skipped; 5 violations"),
]


@pytest.mark.parametrize(("options", "base", "code", "last"), LIVE)
def test_live_service_is_validated(server: MockServer, options: list[str], base: str, code: int, last: str) -> None:
    result = validate("--url", server.url + base, *options)
    assert (code, "", True) == (result.exit_code, result.stderr, last in result.stdout), result.stdout


def test_live_check_sends_only_read_requests(server: MockServer) -> None:
    validate("--url", server.url, "--user", "docs.calls:any", "--key", "docs.calls@2")
    sent = [f"{each['method']} {each['path']}" for each in Sandbox(server.url, "docs.calls").requests()]
    assert [
        *["GET /v1/orders/", "GET /v1/orders/", "GET /v1/orders/75572230/", "GET /v1/orders/2147483647/"],
        *["GET /api/v1/orders", "GET /api/v1/orders", "GET /api/v1/orders/latest", "GET /api/v1/orders/2"],
        "GET /api/v1/orders/2147483647",
    ] == sent


def test_credentials_from_the_environment_are_not_printed(server: MockServer) -> None:
    secrets = {"MOCKORDERS_USER": "docs.very:secretpart", "MOCKORDERS_KEY": "docs.hidden@none"}
    for more in ((), ("--json",), ("--profile", "documented")):
        result = validate("--url", server.url, *more, **secrets)
        assert (1, []) == (
            result.exit_code,
            [part for part in ("docs.very", "secretpart", "docs.hidden") if part in result.output],
        )


def test_live_check_without_a_credential_reports_the_rejection(server: MockServer) -> None:
    result = validate("--url", server.url)
    assert (1, 2, 2) == (
        result.exit_code,
        result.stdout.count("(status 401): check the base URL and the credential"),
        result.stdout.count('{"status": "error", "messages": ["Invalid API key"]} (status 200): check the base URL'),
    )


def test_live_service_that_drifted_is_reported(server: MockServer) -> None:
    sandbox = Sandbox(server.url, "docs.live")
    sandbox.fault("drift", pointer="/results/0/total", how="drop", api="cratejoy", times=1)
    result = validate("--url", server.url, "--user", "docs.live:any")
    expected = "violation: GET /v1/orders/: cratejoy GET /orders: /results/0/total: is required, expected an integer\n"
    assert (1, expected) == (result.exit_code, result.stdout.partition("4 responses")[0])


Respond = Callable[[BaseHTTPRequestHandler], None]


class Strange:
    """A service that sends a configurable response."""

    def __init__(self) -> None:
        strange = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                strange.respond(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.respond: Respond = lambda _: None
        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def strange() -> Iterator[Strange]:
    service = Strange()
    threading.Thread(target=service.server.serve_forever, args=(0.05,), daemon=True).start()
    yield service
    service.server.shutdown()
    service.server.server_close()


def sends(status: int, body: bytes, headers: Mapping[str, str]) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def drips(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def speaks_otherwise(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0 x\r\n\r\n")


def echoes(handler: BaseHTTPRequestHandler) -> None:
    text = json.dumps({"errors": handler.headers["Authorization"] + " top5ecret"}).encode()
    sends(200, text, {"Content-Type": "application/json"})(handler)


STRANGE: list[tuple[Respond, str]] = [
    (
        sends(302, b"", {"Location": "https://x.example/login?key=s"}),
        "/: expected a response, got a redirect (302) to https://x.example/login\n",
    ),
    (
        sends(200, b"<html>", {"Content-Type": "text/html"}),
        "/: expected JSON: Expecting value at line 1, column 1, got",
    ),
    (sends(502, b"", {}), "/: expected JSON, got an empty body (status 502)"),
    (sends(200, b"[" * 99_999, {}), "/: expected at most 64 levels of nesting"),
    (sends(200, b" " * (16 * 2**20 + 1), {}), "/: expected at most 16777216 bytes"),
    (sends(200, b"[]", {"Content-Type": "application/json"}), "/: expected an object, got []"),
    (echoes, '/: expected no error, got {"errors": "Basic ***'),
]


@pytest.mark.parametrize(("response", "expected"), STRANGE, ids=range(len(STRANGE)))
def test_unusable_live_responses_are_reported(strange: Strange, response: Respond, expected: str) -> None:
    strange.respond = response
    result = validate("--url", strange.url, "--user", "shop:top5ecret")
    first = result.stdout.partition("\n")[0] + "\n"
    assert (1, "", True) == (
        result.exit_code,
        result.stderr,
        f"GET /v1/orders/: cratejoy GET /orders: {expected}" in first,
    ), first
    assert [] == [part for part in ("top5", "?key=s", "c2hvcDp0") if part in result.output]


UNREACHABLE: list[tuple[Respond, str]] = [
    (speaks_otherwise, "expected an HTTP response"),
    (lambda _: None, "Server disconnected"),
    (drips, "no response in time"),
]


@pytest.mark.parametrize(("response", "expected"), UNREACHABLE, ids=range(len(UNREACHABLE)))
def test_live_service_without_a_response_is_reported(strange: Strange, response: Respond, expected: str) -> None:
    strange.respond = response
    result = validate("--url", strange.url, "--user", "shop:top5ecret", "--timeout", "1")
    assert (1, "", f"mockorders: --url {strange.url}: {expected}\n") == (
        result.exit_code,
        result.stdout,
        result.stderr,
    )


def test_unreachable_live_service_is_reported() -> None:
    result = validate("--url", "http://127.0.0.1:1/v1")
    assert (1, 1, True) == (
        result.exit_code,
        len(result.stderr.splitlines()),
        result.stderr.startswith("mockorders: --url http://127.0.0.1:1/v1: Cannot connect"),
    )


# ---- invalid usage


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "expected files, or --url"),
        (["--url", "http://127.0.0.1:1", "file"], "expected files, or --url"),
        (["--url", "nope"], "--url: expected a URL such as https://api.cratejoy.com/v1"),
        (["--url", "ftp://x/"], "--url: expected a URL such as "),
        (["--url", "http://u:topsecret@x/"], "--url: expected a URL such as "),
        (["--url", "http://x/?key=1"], "--url: expected a URL such as "),
        (["--url", "http://x:99999999/"], "--url: expected a URL such as "),
        (
            ["--url", "http://127.0.0.1:1/shop"],
            "expected --api as well, because the URL does not end ",
        ),
        (["--api", "nope", "file"], "--api: expected one of cratejoy, universe, got 'nope'"),
        (["--route", "GET /orders", "file"], "--route: expected one of cratejoy GET /orders, "),
    ],
)
def test_invalid_usage_exits_with_2(arguments: list[str], expected: str) -> None:
    result = validate(*arguments)
    assert (2, "", True) == (result.exit_code, result.stdout, expected in result.stderr), result.stderr
    assert "topsecret" not in result.stderr


# ---- as a process


def test_validate_runs_as_a_process(write: Write, order: Any) -> None:
    file = write(order)
    assert (0, "1 response checked, 0 skipped; 0 violations\n", "") == run("validate", file)
    piped = finish([*MODULE, "validate", "-"], input=json.dumps(order))
    assert (0, "1 response checked, 0 skipped; 0 violations\n") == (piped.returncode, piped.stdout)
