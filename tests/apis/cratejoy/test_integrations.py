"""The requests of public integrations, sent with requests, compared with all records of the store."""

from collections.abc import Callable
from typing import Any

import pytest
from support.store_client import StoreClient

from mockorders import MockServer

Matches = Callable[[Any], bool]


@pytest.fixture(scope="module")
def records(store_server: MockServer) -> dict[str, list[Any]]:
    """Return all records of each resource, with all relations."""
    names = ("orders", "customers", "subscriptions", "shipments", "transactions", "product_survey_results")
    with StoreClient(store_server.url, "all") as store:
        return {name: store.ok("GET", f"/v1/{name}/?with=all&limit=100000")["results"] for name in names}


# Lists, each with the condition that its results meet

LISTS: list[tuple[str, str, Matches]] = [
    ("subscriptions", "status=active&limit=100", lambda it: it["status"] == "active"),
    ("subscriptions", "status=2&limit=1", lambda it: it["status"] == "active"),
    ("subscriptions", "status=pastdue", lambda it: it["status"] == "pastdue"),
    ("subscriptions", "status=past_due", lambda it: it["status"] == "pastdue"),
    ("subscriptions", "status=6&limit=50", lambda it: it["status"] == "pastdue"),
    (
        "subscriptions",
        "customer.email__like=%25@example.com",
        lambda it: it["customer"]["email"].endswith("example.com"),
    ),
    ("subscriptions", "customer.email__ilike=A%25&limit=5", lambda it: it["customer"]["email"].lower().startswith("a")),
    (
        "subscriptions",
        "end_date__ge=2017-06-01&end_date__le=2017-06-30T23:59:59Z",
        lambda it: "2017-06-01" <= it["end_date"] <= "2017-06-30T23:59:59Z",
    ),
    ("subscriptions", "autorenew=True", lambda it: it["autorenew"]),
    ("subscriptions", "is_test=1&limit=1000", lambda it: it["is_test"]),
    ("subscriptions", "term.num_cycles__gt=1", lambda it: it["term"]["num_cycles"] > 1),
    ("shipments", "status=unshipped&limit=150", lambda it: it["status"] == "unshipped"),
    ("shipments", "status__in=1,cancelled", lambda it: it["status"] != "shipped"),
    (
        "shipments",
        "status=unshipped&adjusted_ordered_at__le=06/20/2017",
        lambda it: it["status"] == "unshipped" and it["adjusted_ordered_at"] <= "2017-06-20T00:00:00Z",
    ),
    (
        "shipments",
        "shipped_at__ge=2016-09-01%2012:30:00Z&shipped_at__le=2017-02-01",
        lambda it: "2016-09-01T12:30:00Z" <= (it["shipped_at"] or "") <= "2017-02-01T00:00:00Z",
    ),
    ("shipments", "customer.email__ilike=%25EXAMPLE.com", lambda it: it["customer"]["email"].endswith("example.com")),
    (
        "shipments",
        "batch.end__lt=2017-01-01T00:00:00Z",
        lambda it: bool(it["batch"]) and it["batch"]["end"] < "2017-01-01",
    ),
    ("shipments", "is_ecom=true", lambda it: it["is_ecom"]),
    ("shipments", "subscriptions.status=cancelled", lambda it: "cancelled" in _statuses(it["subscriptions"])),
    ("orders", "placed_at__gt=2017-01-01T00:00:00Z&limit=500", lambda it: it["placed_at"] > "2017-01-01T00:00:00Z"),
    ("orders", "placed_at__ge=2016-12-27", lambda it: it["placed_at"] >= "2016-12-27T00:00:00Z"),
    ("orders", "subscriptions.status=pastdue", lambda it: "pastdue" in _statuses(it["subscriptions"])),
    ("orders", "financial_status=unpaid", lambda it: it["financial_status"] == "unpaid"),
    ("orders", "transactions.result=failed", lambda it: "failed" in [each["result"] for each in it["transactions"]]),
    ("customers", "name__like=%25a%25&limit=1000", lambda it: "a" in it["name"]),
    ("customers", "email__ilike=%25example%25", lambda it: "example" in it["email"]),
    (
        "customers",
        "addresses.city__like=A%25",
        lambda it: any(each["city"].startswith("A") for each in it["addresses"]),
    ),
    ("customers", "address.city__like=A%25", lambda it: any(each["city"].startswith("A") for each in it["addresses"])),
    ("customers", "_md.shoe.size__gt=40", lambda it: bool(it["_md"]) and it["_md"]["data"]["shoe"]["size"] > 40),
    ("customers", "num_subscriptions__gt=0", lambda it: it["num_subscriptions"] > 0),
    ("customers", "subscriptions.status=active", lambda it: "active" in _statuses(it["subscriptions"])),
    ("transactions", "result=2&limit=1000", lambda it: it["result"] == "captured"),
    ("transactions", "order.financial_status=paid", lambda it: it["order"]["financial_status"] == "paid"),
]


def _statuses(records: list[Any]) -> list[str]:
    return [each["status"] for each in records]


@pytest.mark.parametrize(("name", "query", "matches"), LISTS, ids=[f"{name}?{query}" for name, query, _ in LISTS])
def test_list_has_exactly_the_matching_records(
    store_server: MockServer, records: dict[str, list[Any]], *, name: str, query: str, matches: Matches
) -> None:
    with StoreClient(store_server.url, "all") as store:
        found = store.every(f"/v1/{name}/?{query}")
    assert [each["id"] for each in records[name] if matches(each)] == [each["id"] for each in found]


@pytest.mark.parametrize("name", ["subscriptions", "shipments", "orders"])
@pytest.mark.parametrize("prop", ["customer_id", "customer.id", "customer"])
def test_records_of_a_customer_are_found(
    store_server: MockServer, records: dict[str, list[Any]], name: str, prop: str
) -> None:
    customer = records["subscriptions"][0]["customer"]["id"]
    expected = [each["id"] for each in records[name] if customer in {each.get("customer_id"), _customer(each)["id"]}]
    with StoreClient(store_server.url, "all") as store:
        assert expected == [each["id"] for each in store.every(f"/v1/{name}/?{prop}={customer}")]


def _customer(record: Any) -> Any:
    """Return the customer of a record, which an order lists."""
    customer = record["customer"]
    return customer[0] if isinstance(customer, list) else customer


def test_shipments_and_survey_of_a_subscription_are_found(
    store_server: MockServer, records: dict[str, list[Any]]
) -> None:
    identifier = records["product_survey_results"][0]["subscription_id"]
    shipments = [
        each["id"]
        for each in records["shipments"]
        if identifier in [inner["subscription_id"] for inner in each["fulfillments"]]
    ]
    with StoreClient(store_server.url, "all") as store:
        found = store.every(f"/v1/shipments/?subscription_id={identifier}")
        (survey,) = store.every(f"/v1/product_survey_results/?subscription_id={identifier}")
    assert shipments == [each["id"] for each in found]
    assert {"value", "field"} == set(survey["answers"][0])


def test_walk_from_page_0_with_limit_1000_ends(store: StoreClient) -> None:
    pages = [store.ok("GET", f"/v1/shipments/?limit=1000&page={page}&with=")["results"] for page in range(2)]
    assert (True, []) == (bool(pages[0]), pages[1])


def test_walk_from_page_1_ends_with_the_observed_profile() -> None:
    with MockServer(fixtures="default", profile="observed") as server, StoreClient(server.url, "me") as store:
        whole = store.ok("GET", "/v1/customers/?limit=100000")["results"]
        page = store.ok("GET", "/v1/customers/?&with=&limit=25&page=1")["results"]
        last = store.ok("GET", f"/v1/customers/?limit=25&page={len(whole) // 25 + 1}")
    assert [each["id"] for each in whole[:25]] == [each["id"] for each in page]
    assert last["next"] is None


# Changes

CHANGES = [
    ("shipments", {"status": "shipped", "tracking_number": "9400"}, {"status": "shipped", "tracking_number": "9400"}),
    (
        "shipments",
        {
            "status": "shipped",
            "tracking_number": "9400",
            "carrier_name": "USPS",
            "tracking_link": "https://example.com/9400",
            "shipped_at": "2017-06-19",
        },
        {"shipped_at": "2017-06-19T00:00:00Z"},
    ),
    ("shipments", {"status": "cancelled"}, {"status": "cancelled", "shipped_at": None}),
    ("subscriptions", {"credit": 500}, {"credit": 500}),
    ("subscriptions", {"end_date": "2017-06-21 12:30:00Z"}, {"end_date": "2017-06-21T12:30:00Z"}),
    ("subscriptions", {"autorenew": "true"}, {"autorenew": True}),
    ("orders", {"note": "Leave at the door"}, {"note": "Leave at the door"}),
    ("customers", {"email": "new@example.com"}, {"email": "new@example.com"}),
    ("products", {"name": "New", "visible": "False", "ship_weight": 1.5}, {"visible": False, "ship_weight": 1.5}),
]


@pytest.mark.parametrize("sends", ["json", "data"])
@pytest.mark.parametrize(("name", "body", "expected"), CHANGES)
def test_integration_changes_a_record(
    store: StoreClient, *, name: str, body: dict[str, Any], expected: dict[str, Any], sends: str
) -> None:
    filters = {"status": "unshipped"} if name == "shipments" else {}
    path = f"/v1/{name}/{store.ok('GET', f'/v1/{name}/', params=filters)['results'][0]['id']}/"
    changed = store.ok("PUT", path, **{sends: body})
    assert expected == {key: changed[key] for key in expected}
    assert changed == store.ok("GET", path)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_hooks_are_said_not_to_be_emulated(store: StoreClient, method: str) -> None:
    body = {"name": "n", "target": "http://127.0.0.1/", "request_type": "POST", "event": "order_new"}
    response = store.send(method, "/v1/hooks/", json=body)
    message = f"{method} /v1/hooks/: the real service has this path, the emulator does not"
    assert (404, [message]) == (response.status_code, response.json()["errors"])
