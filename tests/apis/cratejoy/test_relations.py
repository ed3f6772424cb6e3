"""The parameter `with`, and the form of one order."""

import re
from itertools import chain, product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.cratejoy import CUSTOMER, DOCUMENTED_INFO, GIFT_ORDER, INSTANCE, INVALID, OPEN_ORDER, error_of, state
from support.emulator import RunningEmulator, example

from mockorders.apis.cratejoy.routes import RESOURCES

RELATIONS = "_md customer products coupons bill_address ship_address fulfillments transactions subscriptions".split()


LIMITATIONS = Path(__file__).parents[3] / "docs/explanation/limitations.md"
NOT_EMULATED = list(chain.from_iterable(product([each.name], each.unimplemented_relations) for each in RESOURCES))

# Relations

WITH = [
    (None, ["customer", "products"]),
    ("with=", []),
    ("with=all", RELATIONS),
    ("with=customer", ["customer"]),
    ("with=coupons", ["coupons"]),
    ("with=products,customer", ["customer", "products"]),
    ("with=products%2Ccustomer", ["customer", "products"]),
    ("with=customer,,products,customer,", ["customer", "products"]),
    ("with=bill_address,ship_address", ["bill_address", "ship_address"]),
    ("with=fulfillments,transactions,subscriptions", ["fulfillments", "transactions", "subscriptions"]),
    ("&with=coupons&limit=25&page=1", ["coupons"]),
]


def relations_of(order: dict[str, Any]) -> set[str]:
    return set(RELATIONS) & set(order)


@pytest.mark.parametrize(("query", "relations"), WITH)
async def test_with_replaces_the_default_relations_of_a_list(
    emulator: RunningEmulator, query: str | None, relations: list[str]
) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{(query or '').replace('&limit=25&page=1', '')}")
    assert [set(relations)] * 2 == [relations_of(order) for order in reply.json["results"]]


@pytest.mark.parametrize(("query", "relations"), WITH)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/orders/{OPEN_ORDER}/", None),
        ("PUT", f"/orders/{OPEN_ORDER}/", {"note": "x"}),
        ("POST", "/orders/", example("cratejoy/create_order")),
    ],
)
async def test_with_works_on_elements_changes_and_new_orders(
    emulator: RunningEmulator, *, query: str | None, relations: list[str], method: str, path: str, body: Any
) -> None:
    reply = await emulator.cratejoy(method, f"{path}?{query or ''}", json=body)
    assert reply.status in {200, 201}
    assert set(relations) == relations_of(reply.json)


def test_limitations_list_the_relations_that_are_not_emulated() -> None:
    (paragraph,) = re.findall(r"- \*\*Relations\.\*\*.*?(?=\n- )", LIMITATIONS.read_text(encoding="utf-8"), re.DOTALL)
    parts = re.findall(r"of (\w+) ((?:`\w+`(?:, | and )?)+)", " ".join(paragraph.split()))
    listed = chain.from_iterable(product([resource], re.findall(r"`(\w+)`", names)) for resource, names in parts)
    assert sorted(NOT_EMULATED) == sorted(listed)


@pytest.mark.parametrize(("resource", "name"), NOT_EMULATED)
async def test_relations_that_are_not_emulated_are_rejected_by_name(
    emulator: RunningEmulator, resource: str, name: str
) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", f"/{resource}/?with={name}"))
    assert (400, INVALID) == (status, messages[1])
    assert messages[0].endswith(f"; '{name}' is not emulated")


@pytest.mark.parametrize(("resource", "name"), NOT_EMULATED)
@pytest.mark.parametrize("path", ["", ".id", ".id__gt", "__is_null"])
async def test_filters_over_relations_that_are_not_emulated_say_so(
    emulator: RunningEmulator, resource: str, name: str, path: str
) -> None:
    reply = await emulator.cratejoy("GET", f"/{resource}/?{name}{path}=1")
    message = f"Unknown property '{name}{path.partition('__')[0]}', the relation {name} is not emulated"
    assert (400, [message, INVALID]) == error_of(reply)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nothing", "is unknown"),
        ("Customer", "is unknown, did you mean 'customer'?"),
        ("customer.addresses", "is unknown"),
        ("note", "is unknown"),
        ("customer ", "is unknown, did you mean 'customer'?"),
        ("cart", "is not emulated"),
        ("logs", "is not emulated"),
        ("gifts", "is not emulated"),
        ("sent_gift", "is not emulated"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/orders/"), ("GET", f"/orders/{OPEN_ORDER}"), ("PUT", f"/orders/{OPEN_ORDER}"), ("POST", "/orders/")],
)
async def test_unknown_relation_is_400_and_changes_nothing(
    emulator: RunningEmulator, method: str, path: str, name: str, why: str
) -> None:
    before = await state(emulator)
    body = {"PUT": {"note": "x"}, "POST": example("cratejoy/create_order")}.get(method)
    reply = await emulator.cratejoy(method, f"{path}?with=products,{quote(name)}", json=body)
    message = f"with: expected all or a comma-separated list of {', '.join(RELATIONS)}; '{name}' {why}"
    assert (400, [message, INVALID]) == error_of(reply)
    assert before == await state(emulator)


@pytest.mark.parametrize("query", ["status=open", "id=1", "x=1", "note__like=%25"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", f"/orders/{OPEN_ORDER}/"), ("PUT", f"/orders/{OPEN_ORDER}/"), ("POST", "/orders/")]
)
async def test_single_order_accepts_no_filters(emulator: RunningEmulator, method: str, path: str, query: str) -> None:
    before = await state(emulator)
    body = {"PUT": {"note": "x"}, "POST": example("cratejoy/create_order")}.get(method)
    status, messages = error_of(await emulator.cratejoy(method, f"{path}?{query}", json=body))
    assert (400, INVALID) == (status, messages[-1])
    assert messages[0].startswith(query.partition("=")[0])
    assert before == await state(emulator)


async def test_order_keys_are_in_the_documented_order_with_any_relations(emulator: RunningEmulator) -> None:
    documented = list(example("cratejoy/orders_list")["results"][0])
    order = (await emulator.cratejoy("GET", f"/orders/{GIFT_ORDER}/?with=all")).json
    assert documented == [key for key in order if key in documented]
    assert sorted(set(RELATIONS) - set(documented)) == [key for key in order if key not in documented]


async def test_related_objects_match_the_model(emulator: RunningEmulator) -> None:
    order = (await emulator.cratejoy("GET", f"/orders/{OPEN_ORDER}/?with=all")).json
    (customer,) = order["customer"]
    (line,) = order["products"]
    (payment,) = order["transactions"]
    (shipment,) = order["fulfillments"]
    (subscription,) = order["subscriptions"]
    expected = {
        "customer": (CUSTOMER, "customer"),
        "products": (OPEN_ORDER, INSTANCE, 3500, 1, "cart_product", "product_instance"),
        "transactions": (3500, "captured"),
        "fulfillments": ("open", "fulfillment", subscription["id"]),
        "subscriptions": ("active", "subscription"),
        "addresses": (8675309, 8675309, "address", "address"),
        "coupons": [],
    }
    instance = line["instance"]
    addresses = [order["bill_address"], order["ship_address"]]
    assert expected == {
        "customer": (customer["id"], customer["type"]),
        "products": (
            line["order_id"],
            instance["id"],
            line["price"],
            line["quantity"],
            line["type"],
            instance["type"],
        ),
        "transactions": (payment["total"], payment["result"]),
        "fulfillments": (shipment["status"], shipment["type"], shipment["subscription_id"]),
        "subscriptions": (subscription["status"], subscription["type"]),
        "addresses": (*(each["id"] for each in addresses), *(each["type"] for each in addresses)),
        "coupons": order["coupons"],
    }
    assert order["customer_id"] == customer["id"]


# One order


async def test_single_order_has_no_envelope_and_equals_the_listed_one(emulator: RunningEmulator) -> None:
    listed = (await emulator.cratejoy("GET", "/orders/?with=all")).json["results"]
    got = [(await emulator.cratejoy("GET", f"{each['url'].removeprefix('/v1')}?with=all")).json for each in listed]
    assert listed == got


async def test_documented_gift_keeps_its_empty_message_and_its_address(emulator: RunningEmulator) -> None:
    order = (await emulator.cratejoy("GET", f"/orders/{GIFT_ORDER}")).json
    names = ("gift_message", "order_gift_info", "status", "fulfillment_status", "is_test", "type", "url")
    expected = ("", DOCUMENTED_INFO, "closed", "fulfilled", True, "order", f"/v1/orders/{GIFT_ORDER}/")
    assert expected == tuple(order[name] for name in names)
    assert {"transaction_fee", "transaction_fee_status"} == {name for name in order if name.startswith("transaction_f")}
