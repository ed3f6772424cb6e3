"""The client under injected faults."""

from collections.abc import Callable

import pytest
from orders_client import NoResponse, Rejected, Store

from mockorders import Mockorders

ORDER = 75572230
CUSTOMER = 586402305
SWEATER = 645769439

pytestmark = pytest.mark.mockorders(fixtures="docs", clock="2017-03-21T00:00:00Z")


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def store(mockorders: Mockorders, waits: list[float]) -> Store:
    """Return a client that advances the sandbox's clock instead of sleeping."""

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        mockorders.clock.advance(seconds=round(seconds))

    return Store(mockorders.cratejoy.base_url, mockorders.cratejoy.auth, sleep)


def statuses(mockorders: Mockorders, method: str | None = None) -> list[int | None]:
    """Return the status of each recorded request; None if it got no response."""
    return [request["status"] for request in mockorders.requests(method=method)]


def test_it_sets_a_note(mockorders: Mockorders, store: Store) -> None:
    assert "n" == store.set_note(ORDER, "n")["note"]
    assert [f'order {ORDER}: note null → "n"'] == mockorders.diff()["lines"]


def test_it_fetches_all_pages(store: Store) -> None:
    assert [ORDER, 730837920] == [order["id"] for order in store.orders(limit=1)]


@pytest.mark.parametrize(
    "fault",
    [
        lambda sandbox: sandbox.fault("status", status=503, times=1),
        lambda sandbox: sandbox.fault("reset", times=1),
        lambda sandbox: sandbox.fault("close", times=1),
        lambda sandbox: sandbox.fault("truncate", bytes=100, times=1),
        lambda sandbox: sandbox.fault("malformed", times=1),
    ],
    ids=["503", "reset", "close", "truncate", "malformed"],
)
def test_it_retries(mockorders: Mockorders, store: Store, fault: Callable[[Mockorders], object]) -> None:
    fault(mockorders)
    assert ORDER == store.order(ORDER)["id"]
    assert 2 == len(mockorders.requests())


def test_it_gives_up_after_four_attempts(mockorders: Mockorders, store: Store, waits: list[float]) -> None:
    mockorders.fault("status", status=503)
    with pytest.raises(NoResponse):
        store.order(ORDER)
    assert [503, 503, 503, 503] == statuses(mockorders)
    assert [1, 2, 4] == waits


def test_an_order_whose_response_was_lost_is_placed_once(mockorders: Mockorders, store: Store) -> None:
    mockorders.fault("reset", method="POST", stage="after", times=1)
    mockorders.snapshot("before")
    order = store.buy(CUSTOMER, SWEATER)
    assert [None, 400] == statuses(mockorders, "POST")
    assert "cratejoy.one-minute" == mockorders.explain("2")["rejection"]["rule"]
    assert [f"order {order['id']}: added"] == [
        line for line in mockorders.diff("before")["lines"] if line.startswith("order ")
    ]


def test_an_order_that_never_arrived_is_placed(mockorders: Mockorders, store: Store) -> None:
    mockorders.fault("reset", method="POST", stage="before", times=1)
    assert CUSTOMER == store.buy(CUSTOMER, SWEATER)["customer_id"]
    assert [None, 201] == statuses(mockorders, "POST")


def test_a_second_order_within_a_minute_is_rejected(mockorders: Mockorders, store: Store) -> None:
    store.buy(CUSTOMER, SWEATER)
    with pytest.raises(Rejected, match="past minute"):
        store.buy(CUSTOMER, SWEATER)
    mockorders.clock.advance(seconds=60)
    store.buy(CUSTOMER, SWEATER)


def test_it_waits_for_retry_after(mockorders: Mockorders, store: Store, waits: list[float]) -> None:
    mockorders.fault("rate_limit", requests=2, window=30)
    for _ in range(3):
        store.order(ORDER)
    assert [200, 200, 429, 200] == statuses(mockorders)
    assert [30] == waits
