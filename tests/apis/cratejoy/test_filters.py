"""Filters on the documented set, with results written by hand, and rejected filters."""

from urllib.parse import quote

import pytest
from support.cratejoy import CUSTOMER, GIFT_ORDER, INVALID, OPEN_ORDER
from support.emulator import RunningEmulator, Start

# The documented set, by hand

BOTH = [OPEN_ORDER, GIFT_ORDER]
NEITHER: list[int] = []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Spellings that samples and clients send
        ("placed_at__gt=2017-03-15T20:00:24Z", [GIFT_ORDER]),
        ("placed_at__gt=2017-03-15T20%3A00%3A24Z", [GIFT_ORDER]),
        ("placed%5Fat%5F%5Fgt=2017-03-15", [GIFT_ORDER]),
        (f"customer={CUSTOMER}", BOTH),
        (f"customer.id={CUSTOMER}", BOTH),
        (f"customer%2Eid={CUSTOMER}", BOTH),
        (f"customer_id={CUSTOMER}", BOTH),
        ("customer=1", NEITHER),
        ("&&placed_at__gt=2017-03-15&", [GIFT_ORDER]),
        (f"id__in={OPEN_ORDER},{GIFT_ORDER},1", BOTH),
        (f"id__in={OPEN_ORDER}%2C1", [OPEN_ORDER]),
        (f"id__nin={OPEN_ORDER}", [GIFT_ORDER]),
        # Several filters are combined with AND, also for one property
        (f"id__ge={OPEN_ORDER}&id__lt={GIFT_ORDER}", [OPEN_ORDER]),
        (f"id={OPEN_ORDER}&id={GIFT_ORDER}", NEITHER),
        (f"id={OPEN_ORDER}&id={OPEN_ORDER}", [OPEN_ORDER]),
        (f"status=open&customer={CUSTOMER}", [OPEN_ORDER]),
        # Dates
        ("placed_at=2017-03-01", [OPEN_ORDER]),
        ("placed_at=2017-03-01T00:00:00", [OPEN_ORDER]),
        ("placed_at=2017-03-01+00:00:00Z", [OPEN_ORDER]),
        ("placed_at=2017-03-01%2000:00:00Z", [OPEN_ORDER]),
        ("placed_at=2017-03-01T00:00:00.000Z", [OPEN_ORDER]),
        ("placed_at__gt=2017-02-28T23:59:59.999Z&placed_at__lt=2017-03-01T00:00:00.001Z", [OPEN_ORDER]),
        ("placed_at=2017-03-01T02:00:00%2B02:00", [OPEN_ORDER]),
        ("placed_at=2017-03-01T02:00:00+02:00", [OPEN_ORDER]),
        ("placed_at=2017-03-01T02:00:00+0200", [OPEN_ORDER]),
        ("placed_at=2017-03-01+02:00:00+02:00", [OPEN_ORDER]),
        ("placed_at=2017-02-28T22:00:00-02:00", [OPEN_ORDER]),
        ("placed_at=2017-02-28T19:00-05:00", [OPEN_ORDER]),
        ("placed_at__in=2017-03-01,2017-03-20T22:59:40Z", BOTH),
        ("placed_at__le=2017-03-20T22:59:39Z", [OPEN_ORDER]),
        ("placed_at__ge=2017-03-20T22:59:40Z", [GIFT_ORDER]),
        ("placed_at__ne=2017-03-01", [GIFT_ORDER]),
        ("placed_at__gt=0001-01-01", BOTH),
        ("placed_at__lt=9999-12-31T23:59:59Z", BOTH),
        # Enums and their integers
        ("status=open", [OPEN_ORDER]),
        ("status=1", [OPEN_ORDER]),
        ("status=2", [GIFT_ORDER]),
        ("status__in=1,closed", BOTH),
        ("status__ne=closed", [OPEN_ORDER]),
        ("status__gt=1", [GIFT_ORDER]),
        ("status__gt=open", [GIFT_ORDER]),
        ("fulfillment_status=1", [OPEN_ORDER]),
        ("fulfillment_status=3", [GIFT_ORDER]),
        ("fulfillment_status__le=2", [OPEN_ORDER]),
        ("fulfillment_status=partial", NEITHER),
        ("financial_status=paid", BOTH),
        ("transactions.result=2", BOTH),
        ("transactions.result=captured", BOTH),
        ("transactions.result__nin=captured", NEITHER),
        ("subscriptions.status=2", BOTH),
        ("subscriptions.status=past_due", NEITHER),
        ("subscriptions.status=pastdue", NEITHER),
        ("subscriptions.status=6", NEITHER),
        # Booleans
        ("is_gift=true", [GIFT_ORDER]),
        ("is_gift=1", [GIFT_ORDER]),
        ("is_gift=false", [OPEN_ORDER]),
        ("is_gift=0", [OPEN_ORDER]),
        ("is_gift__ne=true", [OPEN_ORDER]),
        ("is_gift__in=true,0", BOTH),
        # Integers
        ("total=3500", BOTH),
        ("total__gt=3499", BOTH),
        ("total__gt=3500", NEITHER),
        ("total__ge=-5", BOTH),
        ("total__lt=%2B5000", BOTH),
        ("total=03500", BOTH),
        (f"total__lt={10**30}", BOTH),
        (f"id={10**30}", NEITHER),
        (f"id__gt=-{10**30}", BOTH),
        # Null
        ("note__is_null=true", BOTH),
        ("note__is_null=1", BOTH),
        ("note__is_null=false", NEITHER),
        ("note__is_null=0", NEITHER),
        ("note=", NEITHER),
        ("note__ne=x", NEITHER),
        ("note__like=%25", NEITHER),
        ("note__in=", NEITHER),
        ("note__nin=x", NEITHER),
        ("gift_message=", BOTH),
        ("prorated_charge__lt=1", NEITHER),
        ("prorated_charge__ne=1", NEITHER),
        ("prorated_charge__is_null=true", BOTH),
        ("order_gift_info__is_null=true", [OPEN_ORDER]),
        ("order_gift_info__is_null=false", [GIFT_ORDER]),
        # Relations
        ("customer.name__like=%25Holloway", BOTH),
        ("customer.email=grace.holloway@example.com", BOTH),
        ("customer.email=GRACE.holloway@example.com", NEITHER),
        ("customer.email__ilike=GRACE.holloway@example.com", BOTH),
        ("products.price__gt=3499", BOTH),
        ("products.instance__is_null=true", NEITHER),
        ("coupons.code_used=CODE1", NEITHER),
        ("coupons.code_used__is_null=true", NEITHER),
        ("coupons.code_used__ne=CODE1", NEITHER),
        ("ship_address.city=Austin", BOTH),
        ("bill_address.zip_code__like=787%25", BOTH),
        ("ship_address.status_message__is_null=true", BOTH),
        ("fulfillments.status=closed", [GIFT_ORDER]),
        ("transactions.created_at__lt=2017-03-02", [OPEN_ORDER]),
        ("customer.type=customer", BOTH),
        ("type=order", BOTH),
        (f"url=/v1/orders/{OPEN_ORDER}/", [OPEN_ORDER]),
        ("url__like=%25/7557%25", [OPEN_ORDER]),
    ],
)
async def test_documented_orders_are_found(emulator: RunningEmulator, query: str, expected: list[int]) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert 200 == reply.status, reply.text
    assert (len(expected), expected) == (reply.json["count"], [order["id"] for order in reply.json["results"]])


@pytest.mark.parametrize(
    ("note", "pattern", "operator", "expected"),
    [
        ("abc", "abc", "like", True),
        ("abc", "ab", "like", False),
        ("abc", "bc", "like", False),
        ("abc", "%", "like", True),
        ("abc", "%%", "like", True),
        ("abc", "a%", "like", True),
        ("abc", "%c", "like", True),
        ("abc", "%b%", "like", True),
        ("abc", "a%c", "like", True),
        ("abc", "a%b%c", "like", True),
        ("abc", "a%bc%c", "like", False),
        ("abc", "abc%", "like", True),
        ("abc", "%abc", "like", True),
        ("abc", "ab%bc", "like", False),
        ("aa", "a%a", "like", True),
        ("a", "a%a", "like", False),
        ("abab", "%ab%ab%", "like", True),
        ("aab", "%a%ab", "like", True),
        ("abc", "", "like", False),
        ("", "", "like", True),
        ("", "%", "like", True),
        ("", "a", "like", False),
        ("abc", "a_c", "like", False),
        ("a_c", "a_c", "like", True),
        ("a_c", "%_%", "like", True),
        ("abc", "%_%", "like", False),
        ("a.c", "a.c", "like", True),
        ("abc", "a.c", "like", False),
        ("abc", "[a-z]%", "like", False),
        ("a*c", "a*c", "like", True),
        ("a\\c", "a\\%", "like", True),
        ("a%c", "a\\%c", "like", False),
        ("a\nb", "a%b", "like", True),
        ("a\n", "a", "like", False),
        ("100% sure", "100% sure", "like", True),
        ("ABC", "abc", "like", False),
        ("ABC", "abc", "ilike", True),
        ("abc", "%B%", "ilike", True),
        ("abc", "A%C", "ilike", True),
        ("ÉTÉ", "été", "ilike", True),
        ("ÉTÉ", "été", "like", False),
        ("abc", "a_C", "ilike", False),
        ("שלום", "%ל%", "like", True),
        ("a,b", "a,b", "like", True),
    ],
)
async def test_like_and_ilike(
    emulator: RunningEmulator, note: str, pattern: str, operator: str, expected: bool
) -> None:
    await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", json={"note": note})
    reply = await emulator.cratejoy("GET", f"/orders/?note__{operator}={quote(pattern)}")
    assert expected == (reply.json["count"] == 1)


async def test_pattern_of_many_wildcards_is_fast(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", f"/orders/{OPEN_ORDER}/", json={"note": "a" * 100_000})
    reply = await emulator.cratejoy("GET", f"/orders/?note__like={'%25a' * 10_000}b")
    assert 0 == reply.json["count"]


@pytest.mark.parametrize("query", ["note=a", "note__in=b,a", "note__nin=b"])
async def test_filters_see_changes(emulator: RunningEmulator, query: str) -> None:
    await emulator.cratejoy("PUT", f"/orders/{GIFT_ORDER}/", json={"note": "a"})
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert [GIFT_ORDER] == [order["id"] for order in reply.json["results"]]
    assert 0 == (await emulator.cratejoy("GET", f"/orders/?{query}", "docs.other")).json["count"]


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("query", [f"customer={CUSTOMER}", "customer.name__like=Grace%25", "products.quantity=1"])
async def test_filters_mean_the_same_in_both_profiles(start: Start, profile: str, query: str) -> None:
    emulator = await start(profile=profile)
    reply = await emulator.cratejoy("GET", f"/orders/?with=&{query}")
    assert BOTH == [order["id"] for order in reply.json["results"]]


# Rejected filters


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("x=1", "x"),
        ("x__gt=1", "x"),
        ("x.y=1", "x.y"),
        ("sort=id", "sort"),
        ("Status=open", "Status"),
        ("customer.x=1", "customer.x"),
        ("customer.x__like=1", "customer.x"),
        ("customer.=1", "customer."),
        (".id=1", ".id"),
        ("customer.products.id=1", "customer.products.id"),
        ("products.instance.sku=1", "products.instance.sku"),
        ("customer.addresses.city=1", "customer.addresses.city"),
        ("ship_address_id=1", "ship_address_id"),
        ("cust_pay_id=1", "cust_pay_id"),
        ("label=1", "label"),
        ("customer.label=1", "customer.label"),
        ("__gt=1", ""),
        ("note[x]=1", "note[x]"),
        ("%00=1", "\x00"),
        ("%C3%A9=1", "é"),
        ("x'y=1", "x'y"),
    ],
)
async def test_unknown_property_is_400_with_one_of_two_messages(
    emulator: RunningEmulator, query: str, name: str
) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert (400, {"errors": [f"Unknown property '{name}'", INVALID]}) == (reply.status, reply.json)


TIME = "a time such as 2017-03-15T20:00:24Z"
OPERATORS = "eq, ne, lt, le, gt, ge, like, ilike, in, nin, is_null"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("placed_at__gt=abc", f'placed_at__gt: expected {TIME}, got "abc"'),
        ("placed_at=", f'placed_at: expected {TIME}, got ""'),
        ("placed_at=2017-13-01", f'placed_at: expected {TIME}, got "2017-13-01"'),
        ("placed_at=2017-02-29", f'placed_at: expected {TIME}, got "2017-02-29"'),
        ("placed_at=2016-12-31T23:59:60Z", f'placed_at: expected {TIME}, got "2016-12-31T23:59:60Z"'),
        ("placed_at=2017-03-01T24:00:01Z", f'placed_at: expected {TIME}, got "2017-03-01T24:00:01Z"'),
        ("placed_at=1488326400", f'placed_at: expected {TIME}, got "1488326400"'),
        ("placed_at=0000-01-01", f'placed_at: expected {TIME}, got "0000-01-01"'),
        ("placed_at=10000-01-01", f'placed_at: expected {TIME}, got "10000-01-01"'),
        ("placed_at=0001-01-01T00:00:00%2B02:00", f'placed_at: expected {TIME}, got "0001-01-01T00:00:00+02:00"'),
        ("placed_at=9999-12-31T23:59:59-02:00", f'placed_at: expected {TIME}, got "9999-12-31T23:59:59-02:00"'),
        ("placed_at__in=2017-03-01,yesterday", f'placed_at__in: expected {TIME}, got "yesterday"'),
        ("placed_at__like=2017%25", "placed_at__like: like and ilike require a text property"),
        ("total=abc", 'total: expected an integer, got "abc"'),
        ("total=", 'total: expected an integer, got ""'),
        ("total=5.0", 'total: expected an integer, got "5.0"'),
        ("total=1e3", 'total: expected an integer, got "1e3"'),
        ("total=1_000", 'total: expected an integer, got "1_000"'),
        ("total=%D9%A5", 'total: expected an integer, got "\u0665"'),
        ("total=true", 'total: expected an integer, got "true"'),
        ("id__in=1,,2", 'id__in: expected an integer, got ""'),
        ("id__in=", 'id__in: expected an integer, got ""'),
        pytest.param(
            "id__in=1" + ",1" * 10_000, "id__in: expected at most 10000 values, got 10001", id="too many integers"
        ),
        pytest.param("note__nin=" + "," * 10_000, "note__nin: expected at most 10000 values, got 10001", id="too many"),
        ("id__like=7%25", "id__like: like and ilike require a text property"),
        ("id__ilike=7", "id__ilike: like and ilike require a text property"),
        ("customer=Grace", 'customer: expected an integer, got "Grace"'),
        ("customer.id=x", 'customer.id: expected an integer, got "x"'),
        ("is_gift=yes", 'is_gift: expected true, false, 1 or 0, got "yes"'),
        ("is_gift=", 'is_gift: expected true, false, 1 or 0, got ""'),
        ("is_gift__like=t%25", "is_gift__like: like and ilike require a text property"),
        ("note__is_null=", 'note__is_null: expected true, false, 1 or 0, got ""'),
        ("note__is_null=null", 'note__is_null: expected true, false, 1 or 0, got "null"'),
        ("note__is_null=2", 'note__is_null: expected true, false, 1 or 0, got "2"'),
        ("status=shut", 'status: expected one of open, closed, 1, 2, got "shut"'),
        ("status=3", 'status: expected one of open, closed, 1, 2, got "3"'),
        ("status=0", 'status: expected one of open, closed, 1, 2, got "0"'),
        ("status=", 'status: expected one of open, closed, 1, 2, got ""'),
        ("status__in=open,shut", 'status__in: expected one of open, closed, 1, 2, got "shut"'),
        ("status__like=op%25", "status__like: like and ilike require a text property"),
        (
            "financial_status=void",
            'financial_status: expected one of unpaid, paid, partially_refunded, refunded, got "void"',
        ),
        ("order_gift_info=x", "order_gift_info: objects and lists support only the operator is_null"),
        (
            "products.instance__like=x",
            "products.instance__like: objects and lists support only the operator is_null",
        ),
        (
            "note__isnull=true",
            f"note__isnull: expected one of the operators {OPERATORS}, got 'isnull', did you mean 'is_null'?",
        ),
        ("total__lte=1", f"total__lte: expected one of the operators {OPERATORS}, got 'lte', did you mean 'lt'?"),
        ("total__GT=1", f"total__GT: expected one of the operators {OPERATORS}, got 'GT', did you mean 'gt'?"),
        ("total__=1", f"total__: expected one of the operators {OPERATORS}, got ''"),
        (
            "customer.name__has=1",
            f"customer.name__has: expected one of the operators {OPERATORS}, got 'has'",
        ),
    ],
)
async def test_invalid_values_and_operators_are_400_and_name_the_parameter(
    emulator: RunningEmulator, query: str, message: str
) -> None:
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    assert (400, {"errors": [message, INVALID]}) == (reply.status, reply.json)


async def test_invalid_filter_next_to_valid_ones_is_rejected(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?status=open&limit=5&x=1&page=0")
    assert (400, ["Unknown property 'x'", INVALID]) == (reply.status, reply.json["errors"])
