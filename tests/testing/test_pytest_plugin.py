"""The pytest plugin, used in separate sessions as users do."""

import json
import re
import sys
import textwrap
from collections.abc import Iterator

import pytest
from _pytest.pytester import LineMatcher
from support.plugin_session import HELPERS, SET, Session
from support.processes import finish, run_pytest

from mockorders import MockServer
from mockorders.client.connections import Connections, HttpRequest
from mockorders.client.sandbox import EmulatorClient

pytest_plugins = ["pytester"]

TOKEN = "a-token"

# ---- fixtures

FIXTURES = """
def test_where_universe_is(mockorders, mockorders_server):
    assert f"{mockorders_server.url}/api/v1" == mockorders.universe.base_url
    assert 489 == get(mockorders, "/orders/489", "@164")["order"]["id"]

def test_where_cratejoy_is(mockorders, mockorders_server):
    assert f"{mockorders_server.url}/v1" == mockorders.cratejoy.base_url
    assert [tuple, str, str] == [type(mockorders.cratejoy.auth), *map(type, mockorders.cratejoy.auth)]
    assert "n" == note(mockorders)["note"]

@pytest.mark.parametrize("text", ["a b", "ü&?/%", "docs.x", "@1"])
def test_the_key_needs_no_quoting(mockorders, text):
    assert mockorders.name == mockorders.universe.key == urllib.parse.quote(mockorders.universe.key, safe="")
    assert mockorders.name.startswith("test_the_key_needs_no_quoting-")

@pytest.mark.parametrize("number", range(3))
def test_the_sandbox_is_fresh(mockorders, number):
    assert [] == mockorders.requests() == mockorders.faults() == mockorders.diff()["lines"]
    note(mockorders)
    mockorders.clock.freeze("2017-03-21T00:00:00Z")

def test_there_is_no_such_api(mockorders):
    with pytest.raises(AttributeError, match="no attribute 'univers'"):
        mockorders.univers

def test_its_calls(mockorders):
    mockorders.fault("status", status=503, api="universe", path="/orders*", times=1)
    assert 503 == get(mockorders, "/orders")
    assert ["503"] == [str(request["status"]) for request in mockorders.requests(api="universe")]
    assert "the fault status was applied" in str(mockorders.explain(mockorders.requests()[0])["checks"])
    mockorders.clock.freeze("2017-03-21T00:00:00Z")
    assert "2017-03-21T00:01:01Z" == mockorders.clock.advance(seconds=61)["now"]
    mockorders.snapshot("a")
    note(mockorders)
    assert ['order 75572230: note null → "n"'] == mockorders.diff("a")["lines"]
    assert "n" == mockorders.state["cratejoy"]["orders"][0]["note"]
    mockorders.restore("a")
    assert [] == mockorders.diff("a")["lines"]
    mockorders.reset()
    assert [] == mockorders.requests()

class TestWorlds:
    pytestmark = pytest.mark.mockorders(clock="2017-03-21T00:00:00Z", fixtures="empty")

    def test_the_class_says(self, mockorders):
        look = mockorders.info()
        assert ("empty", "2017-03-21T00:00:00Z", True) == (look["fixtures"], *look["clock"].values())

    @pytest.mark.mockorders(fixtures="docs-queued", profile="observed")
    def test_the_closest_wins(self, mockorders):
        look = mockorders.info()
        assert ("docs-queued", "observed", True) == (look["fixtures"], look["profile"], look["clock"]["frozen"])

    @pytest.mark.mockorders(fixtures={"extends": "docs", "current_customer": 1})
    def test_a_document(self, mockorders):
        assert 1 == mockorders.state["current_customer"]
        note(mockorders)
        mockorders.reset()
        assert 1 == mockorders.state["current_customer"]

class UnitTest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def sandbox(self, mockorders):
        self.mockorders = mockorders

    def test_it(self):
        self.assertEqual("n", note(self.mockorders)["note"])
"""
PASSED = 15


def test_fixture_provides_a_sandbox(session: Session) -> None:
    session.run(FIXTURES).assert_outcomes(passed=PASSED)
    assert [] == session.server.sandboxes()


def test_fixture_works_with_a_session_server(session: Session) -> None:
    session.own(FIXTURES).assert_outcomes(passed=PASSED)


def test_session_server_uses_the_options(session: Session) -> None:
    code = "def test_it(mockorders): assert 'empty' == mockorders.info()['fixtures']"
    options = f'{{"fixtures": "empty", "control_token": "{TOKEN}"}}'
    session.own(code, options=options).assert_outcomes(passed=1)


# ---- failures: code, outcomes, and lines of the report

VIOLATION = "request 1, GET /api/v1/orders/latest: the response violates its schema, /*universe/*"
ERROR = "request 1, GET /api/v1/orders/latest: unhandled error, 500: The emulator failed*"
UNMET = "fault 1 was never triggered: reset for method POST"
ALLOW = "@pytest.mark.mockorders(allow_unused_faults=True)\n"
PROBLEM = 'headers={"Content-Type": "application/problem+json"}, body={"detail": "x"}'

# 30 violations, then 1,000 requests that evict them from the journal
FILL = """
    import http.client, urllib.parse
    address = urllib.parse.urlsplit(mockorders.universe.base_url)
    connection = http.client.HTTPConnection(address.netloc)
    for number in range(1_030):
        path = "orders/latest" if number < 30 else "orders"
        connection.request("GET", f"{address.path}/{path}?key={mockorders.universe.key}@2")
        connection.getresponse().read()
    connection.close()"""

KEEPING = """
import json, pathlib, pytest

log = pathlib.Path(__file__).with_name("reports.jsonl").open("a", encoding="utf-8")

@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_report_teststatus(report):
    category, *_ = status = yield
    if category:
        text = "\\n".join([category, report.longreprtext, *(text for _, text in report.sections)])
        print(json.dumps([pathlib.Path(report.fspath).name, text]), file=log, flush=True)
    return status
"""

LATE = """
seen = []

@pytest.fixture
def late():
    yield"""

UNITTEST = """
class T(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def sandbox(self, mockorders):
        self.mockorders = mockorders

    def test_it(self):
        get(self.mockorders, customer="@2")
"""

BROKEN: list[tuple[str, str, list[str]]] = [
    (f"def test_it(mockorders): {SET}", "passed error", [UNMET]),
    (f"{ALLOW}def test_it(mockorders): {SET}", "passed", []),
    (f"def test_it(mockorders): mockorders.delete_fault({SET})", "passed", []),
    ("def test_it(mockorders): get(mockorders, customer='@2')", "passed error", [VIOLATION]),
    (f"{ALLOW}def test_it(mockorders): get(mockorders, customer='@2')", "passed error", [VIOLATION]),
    ("def test_it(mockorders): get(mockorders, customer='@1')", "passed error", [ERROR]),
    (
        f"def test_it(mockorders):\n{FILL}\n    assert 1000 == len(mockorders.requests())",
        "passed error",
        [VIOLATION, "and 10 more"],
    ),
    *(
        (
            f"def test_it(mockorders): get(mockorders, customer='@2'); mockorders.{gone}",
            "passed error",
            [VIOLATION],
        )
        for gone in ("reset()", "clear_requests()", "create()", "delete()")
    ),
    *(
        (f"def test_it(mockorders): mockorders.fault({fault}); get(mockorders, customer='@2')", outcome, lines)
        for fault, outcome, lines in (
            ("'delay', ms=1", "passed error", [VIOLATION]),
            ("'status', status=503, stage='after'", "passed error", [VIOLATION]),
            ("'status', status=503", "passed", []),
            (f"'status', status=500, {PROBLEM}", "passed", []),
        )
    ),
    (
        "def test_it(mockorders): mockorders.fault('drift', pointer='/orders'); get(mockorders, '/orders')",
        "passed",
        [],
    ),
    (f"def test_it(mockorders): {SET}; assert 0", "failed", ["fault 1, never triggered: *"]),
    (f"def test_it(mockorders): {SET}; pytest.skip()", "skipped", []),
    (f"@pytest.mark.xfail(strict=True)\ndef test_it(mockorders): {SET}; assert 0", "xfailed", []),
    (
        UNITTEST,
        "passed error",
        [VIOLATION],
    ),
    (
        "@pytest.fixture\ndef client(mockorders): note(mockorders); assert 0\ndef test_it(client): pass",
        "error",
        ["1 request:", '    order 75572230: note null → "n"'],
    ),
    (
        "@pytest.fixture\ndef early():\n    yield\n    assert 0\ndef test_it(early, mockorders): note(mockorders)",
        "passed error",
        ["1 request:", '    order 75572230: note null → "n"'],
    ),
    (
        f"{LATE}\n    get(seen[0], customer='@2')\ndef test_it(late, mockorders): seen.append(mockorders)",
        "passed error",
        [VIOLATION],
    ),
    (
        f"{LATE}\n    assert 0\ndef test_it(late, mockorders): {SET}",
        "passed error",
        ["*assert 0", f"*{UNMET}", "no requests"],
    ),
    (
        "@pytest.mark.mockorders(fixtures='nowhere')\ndef test_it(mockorders): pass",
        "error",
        ["the test's sandbox cannot be created: 422 *fixtures: expected one of *docs*got 'nowhere'"],
    ),
    (
        "@pytest.mark.mockorders(fixture='docs')\ndef test_it(mockorders): pass",
        "error",
        ["the mockorders marker: expected fixtures, *, got fixture, did you mean 'fixtures'?"],
    ),
    (
        "@pytest.mark.mockorders('docs')\ndef test_it(mockorders): pass",
        "error",
        ["the mockorders marker: expected fixtures, *, got 'docs'"],
    ),
    (
        "import datetime\n@pytest.mark.mockorders(clock=datetime.datetime(2017, 3, 21))\ndef test_it(mockorders): pass",
        "error",
        ["the test's sandbox cannot be created: expected a timezone-aware datetime, got 2017-03-21T00:00:00"],
    ),
]


@pytest.fixture(scope="module")
def reports(buggy: EmulatorClient, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Run all tests in one session; return the report of each file."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "helpers.py").write_text(textwrap.dedent(HELPERS), encoding="utf-8")
    (folder / "conftest.py").write_text(KEEPING, encoding="utf-8")
    for number, (code, _, _) in enumerate(BROKEN):
        (folder / f"test_{number}.py").write_text(f"from helpers import *\n{code}\n", encoding="utf-8")
    run_pytest("--strict-markers", "-Werror", "--mockorders-url", buggy.url, plugins=["mockorders"], cwd=folder)
    assert [] == buggy.sandboxes()
    found: dict[str, list[str]] = {}
    for line in dict.fromkeys((folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()):  # some are repeated
        file, text = json.loads(line)
        found.setdefault(file, []).append(text)
    return found


@pytest.mark.parametrize(("number", "outcomes", "lines"), [(n, o, li) for n, (_, o, li) in enumerate(BROKEN)], ids=str)
def test_violations_and_unused_faults_fail_a_test(
    reports: dict[str, list[str]], number: int, outcomes: str, lines: list[str]
) -> None:
    report = reports[f"test_{number}.py"]
    assert outcomes.split() == [each.partition("\n")[0] for each in report]
    LineMatcher("\n".join(report).splitlines()).fnmatch_lines(lines)


# ---- control requests of a test


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the control requests of the fixture: method, and path below the sandbox."""
    requests: list[str] = []
    send = Connections.send

    def record(connections: Connections, request: HttpRequest) -> tuple[int, bytes]:
        requests.append(f"{request.method} {re.sub('.*/sandboxes/[^/]+', '', request.target)}")
        return send(connections, request)

    monkeypatch.setattr(Connections, "send", record)
    return requests


FIRST = "def test_first(mockorders): pass\n"
FREEZE = "@pytest.mark.mockorders(clock='2017-03-21T00:00:00Z')\n"
SECOND = [
    ("def test_it(mockorders): get(mockorders, '/orders')", ["POST /finish"]),
    ("def test_it(mockorders): pass", ["POST /finish"]),
    (f"{FREEZE}def test_it(mockorders): get(mockorders, '/orders')", ["PUT ", "POST /finish"]),
    ("def test_it(mockorders): mockorders.info(); mockorders.info()", ["PATCH ", "GET ", "GET ", "POST /finish"]),
    ("def test_it(mockorders): mockorders.delete()", ["PATCH ", "GET /errors", "DELETE ", "POST /finish"]),
    ("def test_it(mockorders): mockorders.faults()", ["GET /faults", "POST /finish"]),
    (f"{ALLOW}def test_it(mockorders): {SET}", ["POST /faults", "POST /finish", "DELETE "]),
    ("def test_it(mockorders): pytest.skip()", ["DELETE "]),
]


@pytest.mark.parametrize(("code", "expected"), SECOND, ids=str)
def test_later_tests_send_few_control_requests(
    session: Session, sent: list[str], code: str, expected: list[str]
) -> None:
    session.run(FIRST + code)
    assert ["GET /_mockorders/health", "PUT ", "POST /finish", *expected] == sent
    assert [] == session.server.sandboxes()


def test_tests_of_an_own_server_send_no_control_request_at_their_end(session: Session, sent: list[str]) -> None:
    code = FIRST + "def test_it(mockorders): get(mockorders, '/orders')\n"
    code += "def test_rest(mockorders_server): assert [] == mockorders_server.sandboxes()"
    session.own(code).assert_outcomes(passed=3)
    assert ["PUT ", "GET /_mockorders/sandboxes"] == sent[-2:]  # those of the two tests


RESTART = """
from mockorders import MockServer
server = MockServer(fixtures="docs")

@pytest.fixture(scope="session")
def mockorders_server():
    from mockorders.client.sandbox import EmulatorClient
    with server:
        client = EmulatorClient(server.url, keep_connections=True)
        yield client
        client.close()

def test_first(mockorders): get(mockorders)

def test_restart(mockorders):
    server.stop()
    server.start()
    get(mockorders)

def test_stop(mockorders): server.stop()
def test_next(mockorders): pass
"""


def test_server_that_stopped_is_noticed_by_the_next_test(session: Session) -> None:
    result = session.run(RESTART)
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*the sandbox cannot be checked: POST *: *", "!* mockorders: PUT *: *refused* !*"])


def test_report_explains_the_requests(session: Session) -> None:
    code = """
        @pytest.mark.mockorders(clock="2017-03-21T00:00:00Z")
        def test_it(mockorders):
            for _ in range(9):
                get(mockorders, "/orders")
            get(mockorders, "/orders/2", "@1")
            mockorders.fault("reset", api="cratejoy", stage="after")
            with pytest.raises(OSError):
                note(mockorders, "it's")
            get(mockorders, "/ordres")
            assert 0
    """
    url = f"{session.server.url}/api/v1"
    session.run(code.replace("\n        ", "\n")).stdout.fnmatch_lines(
        [
            "*- mockorders -*",
            f"sandbox test_it-* at {session.server.url}",
            "fixtures docs, profile documented, clock 2017-03-21T00:00:00Z, frozen",
            "fault 1, triggered once: reset for api cratejoy",
            "the last 10 of 12 requests:",
            "3: 200",
            f"    curl '{url}/orders[?]key=test_it-*'",
            "10: 200",
            f"    curl '{url}/orders/2[?]key=test_it-*'",
            "    rejected: No order found",
            "    rule universe.no-order-found (documented): Failure: Order doesn't belong to current customer",
            "11: no response, fault 1 applied: reset",
            "    curl -X PUT -u test_it-*:any -H 'Content-Type: application/json' --data-raw '{\"note\": \"it'*",
            "12: 404",
            "    rejected: GET /api/v1/ordres: no such path, did you mean 'GET /api/v1/orders'[?]",
            "    not GET /api/v1/orders: it has 'orders' where the path has 'ordres'",
            "changes to the fixtures: 1",
            '    order 75572230: note null → "it\'s"',
        ],
        consecutive=False,
    )


def test_report_shortens_long_commands_and_many_changes(session: Session) -> None:
    code = """
def test_it(mockorders):
    note(mockorders, "n" * 3_000)
    mockorders.add_records({"universe": {"plans": [{}] * 110}})
    assert 0
"""
    lines = session.run(code).outlines
    (command,) = [line for line in lines if line.startswith("    curl ")]
    assert re.fullmatch(r"    curl .{1980,}n… \(the first 2,000 of 3,[0-9]{3} characters\)", command), command
    assert "changes to the fixtures: 111" in lines
    assert "    and 11 more" in lines
    assert 100 == sum(line.startswith(("    plan ", "    order ")) for line in lines)


def test_lost_server_is_reported_once(session: Session) -> None:
    code = """
@pytest.fixture(scope="session")
def mockorders_server():
    from mockorders import MockServer
    with MockServer(fixtures="docs") as server:
        server.token = None
        yield server

def test_it(mockorders, mockorders_server):
    mockorders_server.stop()
    assert 0
"""
    result = session.run(code)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the rest of the report is not available: GET http://127.0.0.1:*: *"])


# ---- without a server the session ends with a message

LEAVES = [
    ("http://127.0.0.1:9", [], "--mockorders-url http://127.0.0.1:9: expected a running emulator: *refused*"),
    ("nonsense", [], "--mockorders-url nonsense: expected a running emulator: url: expected a URL such as *"),
    ("{guarded}", [], "--mockorders-token: expected the server's --control-token: 401 *"),
    ("{guarded}", ["--mockorders-token", "wrong"], "--mockorders-token: expected the server's --control-token: 401 *"),
]
TWO = "def test_one(mockorders): pass\ndef test_two(mockorders): pass"


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    with MockServer(fixtures="docs", control_token=TOKEN) as server:
        yield server.url


@pytest.mark.parametrize(("url", "args", "message"), LEAVES)
def test_session_ends_without_a_server(session: Session, guarded: str, url: str, args: list[str], message: str) -> None:
    result = session.run(TWO, "--mockorders-url", url.format(guarded=guarded), *args)
    assert pytest.ExitCode.USAGE_ERROR == result.ret
    result.stdout.fnmatch_lines([f"* {message}"])
    assert 1 == str(result.stdout).count("Exit: ")
    assert "Traceback" not in str(result.stdout) + str(result.stderr)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('{"fixtures": "nowhere"}', "*mockorders_options: *nowhere*"),
        ('{"clock": "soon"}', "*mockorders_options: *soon*"),
        ('{"fixture": "docs"}', "*mockorders_options: *unexpected keyword argument 'fixture'*"),
    ],
)
def test_session_ends_with_unknown_options(session: Session, options: str, message: str) -> None:
    result = session.own(TWO, options=options)
    assert pytest.ExitCode.USAGE_ERROR == result.ret
    result.stdout.fnmatch_lines([message])


def test_token_is_sent(session: Session, guarded: str) -> None:
    session.run(TWO, "--mockorders-url", guarded, "--mockorders-token", TOKEN).assert_outcomes(passed=2)


@pytest.mark.slow
def test_session_ends_with_xdist(session: Session) -> None:
    session.write(TWO)
    result = session.pytester.runpytest_subprocess(
        "-pxdist", "-n2", "--mockorders-url", "http://127.0.0.1:9", timeout=60
    )
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*--mockorders-url http://127.0.0.1:9: expected a running emulator*"])
    assert "INTERNALERROR" not in str(result.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("shared", [True, False])
def test_xdist_workers_share_a_server_or_start_their_own(session: Session, *, shared: bool) -> None:
    session.write(FIXTURES)
    url = ["--mockorders-url", session.server.url] if shared else []
    result = session.pytester.runpytest_subprocess("-pxdist", "-n2", *url, timeout=100)
    result.assert_outcomes(passed=PASSED)
    assert [] == session.server.sandboxes()


# ---- with other plugins


def test_plugin_can_be_disabled(session: Session) -> None:
    session.write(TWO)
    session.pytester.makeini("")
    result = session.pytester.runpytest_inprocess("-p", "no:mockorders")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*fixture 'mockorders' not found"])


def test_fixtures_and_marker_are_described(session: Session) -> None:
    output = session.pytester.runpytest_inprocess("--fixtures").stdout.str()
    output += session.pytester.runpytest_inprocess("--markers").stdout.str()
    assert [] == [
        each
        for each in (
            "mockorders_server [session scope]",
            "mockorders_options [session scope]",
            "mockorders(fixtures, clock",
        )
        if each not in output
    ]


# ---- cost when not used

UNUSED = """
import sys
def test_it():
    assert "mockorders.pytest_plugin" in sys.modules
    heavy = {"aiohttp", "faker", "jsonschema", "jsonschema_rs", "orjson", "asyncio"}
    assert not heavy & set(sys.modules)
    expected = {"mockorders", "mockorders.__version__", "mockorders.pytest_plugin"}
    assert expected == {each for each in sys.modules if each.startswith("mockorders")}
"""
IMPORT = """
import time, pytest
before = time.perf_counter()
import mockorders.pytest_plugin
print(time.perf_counter() - before)
"""

USED = """
import gc, sys
def test_it(mockorders, pytestconfig):
    assert gc.isenabled()
    hook = pytestconfig.pluginmanager.rewrite_hook
    assert REWRITES == (hook is sys.meta_path[0])
    assert REWRITES == (__loader__ is hook)
    assert hook is not sys.modules["mockorders.server"].__loader__
"""


def test_nothing_is_imported_before_it_is_used(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(UNUSED)
    pytester.runpytest_subprocess("-p", "mockorders").assert_outcomes(passed=1)


@pytest.mark.parametrize("mode", ["rewrite", "plain"])
def test_assertions_of_tests_are_rewritten_but_not_those_of_the_server(session: Session, mode: str) -> None:
    session.pytester.makepyfile(USED.replace("REWRITES", str(mode == "rewrite")))
    session.pytester.runpytest_subprocess(f"--assert={mode}").assert_outcomes(passed=1)


@pytest.mark.timing
def test_import_takes_less_than_5_ms() -> None:
    def seconds() -> float:
        return float(finish([sys.executable, "-c", IMPORT], check=True).stdout)

    assert min(seconds() for _ in range(5)) < 0.005
