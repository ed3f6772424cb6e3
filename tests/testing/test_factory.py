"""Sandboxes that several tests share: scopes, options, checks and reports."""

import pytest
from support.plugin_session import SET, Session

pytest_plugins = ["pytester"]

JOURNEY = """
@pytest.fixture(scope="{scope}")
def shop(mockorders_factory):
    return mockorders_factory(fixtures="docs", clock="2017-03-21T00:00:00Z")

class TestJourney:
    def test_first(self, shop):
        assert ("docs", True) == (shop.info()["fixtures"], shop.info()["clock"]["frozen"])
        note(shop, "n")

    def test_second(self, shop, mockorders):
        assert {same} == (len(shop.requests()) == 1)
        assert shop.name != mockorders.name
        assert [] == mockorders.requests()

def test_outside(shop):
    assert {outside} == (len(shop.requests()) == 1)
"""
MARKED = """
pytestmark = pytest.mark.mockorders(profile="observed")

@pytest.fixture(scope="class")
def shop(mockorders_factory):
    return mockorders_factory(clock="2017-03-21T00:00:00Z")

@pytest.mark.mockorders(fixtures="empty", clock="2020-01-01")
class TestMarked:
    def test_it(self, shop, mockorders):
        assert ["empty", "empty"] == [each.info()["fixtures"] for each in (shop, mockorders)]
        assert ["observed", "observed"] == [each.info()["profile"] for each in (shop, mockorders)]
        assert [2017, 2020] == [each.clock.now().year for each in (shop, mockorders)]
"""


@pytest.mark.parametrize(
    ("scope", "same", "outside"),
    [
        ("function", False, False),
        ("class", True, False),
        ("module", True, True),
        pytest.param("package", True, True, marks=pytest.mark.slow),
        pytest.param("session", True, True, marks=pytest.mark.slow),
    ],
)
def test_sandbox_lasts_as_long_as_its_fixture(session: Session, scope: str, *, same: bool, outside: bool) -> None:
    session.run(JOURNEY.format(scope=scope, same=same, outside=outside)).assert_outcomes(passed=3)
    assert [] == session.server.sandboxes()


def test_markers_of_the_scope_are_defaults(session: Session) -> None:
    session.run(MARKED).assert_outcomes(passed=1)


def test_tests_create_further_sandboxes(session: Session) -> None:
    code = """
    def test_it(mockorders, mockorders_factory):
        assert "empty" == mockorders_factory(fixtures="empty").info()["fixtures"]
        assert "docs" == mockorders.info()["fixtures"]
    """
    session.run(code.replace("\n    ", "\n")).assert_outcomes(passed=1)
    assert [] == session.server.sandboxes()


FIXTURE = """
@pytest.fixture(scope="module")
def shop(mockorders_factory):
    return mockorders_factory({options})
"""
VIOLATION = "*request 1, GET /api/v1/orders/latest: the response violates its schema, /*"
UNUSED = "*fault 1 was never triggered: reset for method POST"


@pytest.mark.parametrize(
    ("tests", "outcomes", "lines"),
    [
        (
            "def test_a(shop): get(shop, customer='@2')\ndef test_b(shop): get(shop, '/orders')",
            {"passed": 2, "errors": 1},
            ["*ERROR at teardown of test_a*", VIOLATION, "*mockorders: shop*", "sandbox shop-*"],
        ),
        (
            "def test_a(shop): pass\ndef test_b(shop): get(shop, customer='@2')",
            {"passed": 2, "errors": 1},
            ["*ERROR at teardown of test_b*", VIOLATION, "*mockorders: shop*"],
        ),
        (
            f"def test_a(shop): {SET.replace('mockorders', 'shop')}\ndef test_b(shop): pass",
            {"passed": 2, "errors": 1},
            ["*ERROR at teardown of test_b*", UNUSED, "*mockorders: shop*"],
        ),
        (
            f"def test_a(shop): {SET.replace('mockorders', 'shop')}; assert 0\ndef test_b(shop): pass",
            {"passed": 1, "failed": 1},
            ["*- mockorders: shop -*", "fault 1, never triggered: *"],
        ),
        (
            "def test_a(shop, mockorders): get(mockorders, '/orders'); assert 0",
            {"failed": 1},
            ["*- mockorders -*", "1 request:", "*- mockorders: shop -*", "no requests"],
        ),
    ],
)
def test_shared_sandbox_is_checked_and_reported(
    session: Session, tests: str, outcomes: dict[str, int], lines: list[str]
) -> None:
    result = session.run(FIXTURE.format(options="") + tests)
    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines(lines)
    assert [] == session.server.sandboxes()


def test_unused_faults_can_be_allowed(session: Session) -> None:
    fixture = FIXTURE.format(options="allow_unused_faults=True")
    session.run(f"{fixture}def test_a(shop): {SET.replace('mockorders', 'shop')}").assert_outcomes(passed=1)


def test_misspelled_option_is_an_error(session: Session) -> None:
    result = session.run(FIXTURE.format(options='fixtures="dosc"') + "def test_a(shop): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixtures: expected one of *got 'dosc', did you mean 'docs'[?]"])
