"""Filters over a store with 100,000 orders: indexes are built in short steps, and pages are fast once they exist."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.emulator import basic
from support.event_loop import HOLD_SECONDS, MeasuredServer, measured_server, shared_or_new

pytestmark = [pytest.mark.slow, pytest.mark.timing, pytest.mark.xdist_group("large-store")]

PAGE_SECONDS = 0.02
ATTEMPTS = 3
QUERIES = [
    "/v1/shipments/?status=unshipped",
    "/v1/shipments/?customer.email__like=a%25",
    "/v1/shipments/?fulfillments.status=open",
    "/v1/shipments/?subscriptions.status=active",
    "/v1/shipments/?subscription_id__gt=5",
    "/v1/shipments/?ship_address.city__like=A%25",
    "/v1/shipments/?batch.end__lt=2017-01-01",
    "/v1/shipments/?stats.customer_cycle=2",
    "/v1/subscriptions/?status=active",
    "/v1/subscriptions/?customer.email__like=a%25",
    "/v1/subscriptions/?orders.total__gt=5000",
    "/v1/subscriptions/?shipments.status=shipped",
    "/v1/subscriptions/?fulfillments.status=open",
    "/v1/subscriptions/?cart_products.price__gt=3000",
    "/v1/customers/?subscription_status=active",
    "/v1/customers/?shipments.status=unshipped",
    "/v1/transactions/?order.total__gt=5000",
    "/v1.1/shipments?cust_cycle=2",
    "/v1.1/shipments?sub_cycle=2",
    "/v1.1/shipments?billing_type__in=standard,ecom",
]


@contextmanager
def large_server() -> Iterator[MeasuredServer]:
    """Run a server with the set `large`, without collections of old objects, as `mockorders serve` does."""
    with measured_server(fixtures="large") as server:
        server.request("GET", "/v1/orders/?limit=1", headers=basic("me"))
        gc.disable()
        yield server
        gc.enable()


@pytest.fixture(scope="module")
def shared() -> Iterator[MeasuredServer]:
    """Run a server whose indexes are kept until the module ends."""
    with large_server() as server:
        yield server


@pytest.fixture
def large(shared: MeasuredServer, request: pytest.FixtureRequest) -> Iterator[MeasuredServer]:
    """Return the shared server, or a new one without any index if a test is repeated."""
    yield from shared_or_new(shared, large_server, request)


@pytest.mark.parametrize("query", QUERIES)
def test_filter_is_indexed_in_short_steps_and_then_fast(large: MeasuredServer, query: str) -> None:
    large.begin()
    status, _ = large.request("GET", query, headers=basic("me"))
    assert 200 == status
    assert large.longest < HOLD_SECONDS
    assert min(_cpu_seconds(large, f"{query}&limit={11 + number}") for number in range(ATTEMPTS)) < PAGE_SECONDS


def _cpu_seconds(server: MeasuredServer, query: str) -> float:
    """Return the CPU seconds of a request, in server and client."""
    started = time.process_time()
    server.request("GET", query, headers=basic("me"))
    return time.process_time() - started
