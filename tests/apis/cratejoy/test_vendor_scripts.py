"""The requests of the vendor's scripts, byte for byte: bodies are text without a content type."""

from typing import Any

import pytest
from support.store_client import NOW, StoreClient


def first(store: StoreClient, name: str, **filters: Any) -> Any:
    """Return the first record of a list."""
    return store.ok("GET", f"/v1/{name}/", params={"limit": 1, **filters})["results"][0]


# Scripts that change a record: the resource, the record by filters, the body, the changed property and its value

CHANGES = [
    ("subscriptions", {"autorenew": "false"}, '{"autorenew": "True"}', "autorenew", True),
    ("subscriptions", {"autorenew": "true"}, '{"autorenew": "False"}', "autorenew", False),
    ("subscriptions", {"status": "active"}, '{"end_date": "2017-06-21"}', "end_date", "2017-06-21T00:00:00Z"),
    ("subscriptions", {}, '{"note": "hello"}', "note", "hello"),
    ("shipments", {}, '{"adjusted_ordered_at": "2017-06-21"}', "adjusted_ordered_at", "2017-06-21T00:00:00Z"),
    ("shipments", {"status": "unshipped"}, '{"status": "shipped"}', "status", "shipped"),
    ("shipments", {"status": "unshipped"}, '{"status": "shipped"}', "shipped_at", NOW),
    ("shipments", {"status": "unshipped"}, '{"tracking_number": "1Z999"}', "tracking_number", "1Z999"),
    ("shipments", {"status": "unshipped"}, '{"tracking_number": "1Z999"}', "status", "unshipped"),
    (
        "shipments",
        {"status": "unshipped"},
        '{"tracking_number": "1Z9", "shipped_at": "2017-06-19T08:30:00Z", "status": "shipped"}',
        "shipped_at",
        "2017-06-19T08:30:00Z",
    ),
    ("customers", {}, '{"first_name": "Anne", "last_name": "Smith"}', "name", "Anne Smith"),
]


@pytest.mark.parametrize(("name", "filters", "body", "prop", "expected"), CHANGES)
def test_script_changes_a_record(
    store: StoreClient, *, name: str, filters: dict[str, str], body: str, prop: str, expected: object
) -> None:
    path = f"/v1/{name}/{first(store, name, **filters)['id']}/"
    response = store.send("PUT", path, data=body)
    assert 200 == response.status_code, response.text
    assert expected == response.json()[prop]
    assert expected == store.ok("GET", path)[prop]


def test_scripts_send_text_without_a_content_type(store: StoreClient) -> None:
    sent = store.send("PUT", "/v1/subscriptions/1/", data='{"note": "hello"}').request
    assert '{"note": "hello"}' == sent.body
    assert ("*/*", None) == (sent.headers["Accept"], sent.headers.get("Content-Type"))


def test_bulk_add_coupons_adds_one_for_each_line(store: StoreClient) -> None:
    enabled = [coupon["coupon_id"] for coupon in _coupons(store)]
    subscriptions = store.ok("GET", "/v1/subscriptions/", params={"status": "active", "limit": 3})["results"]
    for each in subscriptions:
        path = f"/v1/subscriptions/{each['id']}/coupons/"
        before = store.ok("GET", path)["count"]
        response = store.send("POST", path, data=f'{{"coupon_id": {enabled[0]}}}')
        assert 201 == response.status_code, response.text
        assert before + 1 == store.ok("GET", path)["count"]


def _coupons(store: StoreClient) -> list[Any]:
    orders = store.ok("GET", "/v1/orders/", params={"coupons.id__gt": 0, "with": "coupons", "limit": 1})
    return list(orders["results"][0]["coupons"])


def test_cancel_script_sends_json_with_a_reason(store: StoreClient) -> None:
    path = f"/v1/subscriptions/{first(store, 'subscriptions', status='active')['id']}/"
    end = store.ok("GET", path)["end_date"]
    canceled = store.ok("PUT", f"{path}cancel/", json={"cancel_reason": 6, "log_note": "asked to"})
    assert ("cancelled", end) == (canceled["status"], canceled["end_date"])


def test_page_redirects_are_said_not_to_be_emulated(store: StoreClient) -> None:
    body = '{"path": "/a", "target": "/b", "enabled": true, "code": 302}'
    response = store.send("POST", "/v1/page_redirects/", data=body)
    message = "POST /v1/page_redirects/: the real service has this path, the emulator does not"
    assert (404, {"errors": [message]}) == (response.status_code, response.json())


def test_batches_script_lists_batches_and_their_shipments(store: StoreClient) -> None:
    shipment = first(store, "shipments", batch_id__gt=0, **{"with": "batch"})
    batch = shipment["batch"]
    assert batch in store.every("/v1/shipment_batches/")
    of_batch = store.every(f"/v1/shipments/?batch_id={batch['id']}")
    assert shipment["id"] in [each["id"] for each in of_batch]
    of_earlier = store.every("/v1/shipments/?batch.end__lt=2017-06-21T00:00:00Z&with=batch")
    assert max(each["batch"]["end"] for each in of_earlier) < "2017-06-21T00:00:00Z"


RESOURCES = "orders customers subscriptions shipments products product_instances transactions inventory".split()


@pytest.mark.parametrize("name", [*RESOURCES, "shipment_batches", "product_survey_results"])
def test_generic_get_lists_any_resource(store: StoreClient, name: str) -> None:
    page = store.ok("GET", f"/v1/{name}/?&with=&limit=25&page=1")
    whole = store.ok("GET", f"/v1/{name}/?&with=&limit=100000")
    assert whole["results"][25:50] == page["results"]


@pytest.mark.parametrize("name", RESOURCES)
def test_generic_get_without_a_slash_is_the_same(store: StoreClient, name: str) -> None:
    assert store.ok("GET", f"/v1/{name}/?limit=2") == store.ok("GET", f"/v1/{name}?limit=2")
