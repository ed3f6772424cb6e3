"""The customers of the generated store, their subscriptions, and drafts of their orders."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.countries import ICONS
from mockorders.apis.cratejoy.generator.catalog import STORE_ID, CatalogGenerator, Offer
from mockorders.apis.cratejoy.generator.dates import END, RENEWAL_SECOND, moment, months_later
from mockorders.apis.fakes import DAY, FakeData, Person

Record = dict[str, Any]

HOME_STATE = "TX"  # whose customers pay taxes


class Payment(NamedTuple):
    """The payment of an order: its status, the results of its transactions, and the percentage refunded."""

    status: str
    results: tuple[str, ...]
    refunded: int = 0


DECLINED = Payment("unpaid", ("failed",))
PAYMENTS = (
    *[Payment("paid", ("captured",))] * 42,
    *[Payment("paid", ("failed", "captured"))] * 3,
    *[Payment("refunded", ("captured", "refunded"), 100)] * 2,
    *[Payment("partially_refunded", ("captured", "refunded"), 40)] * 2,
    Payment("paid", ("captured", "failed refund")),
)
SINGLE_PAYMENTS = (*PAYMENTS, Payment("unpaid", ("authorized",)), DECLINED)
RUNNING = (*["active"] * 9, "pending_renewal", "renewing")
ENDED = (*["cancelled"] * 5, "suspended", *["failing"] * 4)
STOPPED = ("cancelled", "expired")
FAILING = ("unpaid", "pastdue")  # after a first payment, after a renewal


class Buyer(NamedTuple):
    """A customer; `addresses` are the ids of addresses, the primary one first, `card` is that of the payment method."""

    id: int
    addresses: tuple[int, ...]
    card: int
    taxed: bool


class Purchase(NamedTuple):
    """An order before its record is created; `at` is in seconds from the start of the window. Drafts sort by time."""

    at: int
    number: int
    buyer: Buyer
    offer: Offer
    payment: Payment
    gift: bool
    address_id: int
    subscription: Record | None = None
    renewal: bool = False


class CustomerGenerator:
    """Generates customers with their addresses, payment methods and subscriptions, and drafts of their orders."""

    def __init__(self, catalog: CatalogGenerator, ids: Mapping[str, Iterator[int]], fake: FakeData) -> None:
        self.records: dict[str, list[Record]] = {
            name: [] for name in ("customers", "addresses", "payment_methods", "subscriptions")
        }
        self._catalog = catalog
        self._ids = ids
        self._fake = fake
        self._latest = END - DAY

    def drafts(self, customers: int, orders: int) -> list[Purchase]:
        """Add customers, and return drafts of their orders, sorted by time."""
        fake = self._fake
        drafts: list[Purchase] = []
        buyers = [self._buyer() for _ in range(customers)]
        while len(drafts) < orders:
            subscribes = fake.chance(0.4)
            offer = fake.choice(self._catalog.subscriptions if subscribes else self._catalog.singles)
            payment = fake.choice(PAYMENTS if subscribes else SINGLE_PAYMENTS)
            at = fake.number(0, self._latest)
            buyer = fake.choice(buyers)
            first = Purchase(at, len(drafts), buyer, offer, payment, fake.chance(0.12), fake.choice(buyer.addresses))
            drafts += self._subscribe(first, orders - len(drafts)) if subscribes else [first]
        return sorted(drafts)

    def _buyer(self) -> Buyer:
        person = self._fake.person()
        identifier = next(self._ids["customers"])
        addresses = [self._address(identifier, person)]
        if self._fake.chance(0.25):
            addresses.append(self._address(identifier, person) | {"primary": False})
        self.records["addresses"] += addresses
        self.records["customers"].append(
            {
                "country": addresses[0]["country"],
                "email": person.email,
                "first_name": person.first,
                "id": identifier,
                "last_name": person.last,
                "location": f"{addresses[0]['state']}, {addresses[0]['country']}",
                "name": person.name,
                "note": None,
                "label": None,
            }
        )
        address_ids = tuple(address["id"] for address in addresses)
        card = self._card(identifier, address_ids[0])
        return Buyer(identifier, address_ids, card, addresses[0]["state"] == HOME_STATE)

    def _address(self, customer_id: int, person: Person) -> Record:
        address = self._fake.address(foreign=0.06)
        return {
            "city": address.city,
            "company": "",
            "country": address.country,
            "icon": ICONS.get(address.country, ""),
            "id": next(self._ids["addresses"]),
            "phone_number": f"555-01{self._fake.digits(2)}" if self._fake.chance(0.4) else "",
            "state": address.state,
            "status": 1,
            "status_message": None,
            "street": address.street,
            "to": person.name,
            "unit": address.unit or "",
            "zip_code": address.zip_code,
            "customer_id": customer_id,
            "primary": True,
            "label": None,
        }

    def _card(self, customer_id: int, address_id: int) -> int:
        identifier = next(self._ids["payment_methods"])
        card = {
            "id": identifier,
            "customer_id": customer_id,
            "default": True,
            "bill_address_id": address_id,
            "label": None,
        }
        self.records["payment_methods"].append(card)
        return identifier

    def _subscribe(self, first: Purchase, max_orders: int) -> list[Purchase]:
        """Add a subscription, and return drafts of its first order and its renewals, at most `max_orders`."""
        fake = self._fake
        times = [first.at]
        terms = 1
        skipped = None
        due = self._renewal(first, terms)
        while not first.gift and len(times) < max_orders and due <= self._latest and fake.chance(0.86):
            if fake.chance(0.04):
                skipped = due
            else:
                times.append(due)
            terms += 1
            due = self._renewal(first, terms)
        status = self._status(first.gift, len(times) > 1, due)
        record = self._subscription(first, status, times[-1] if status == "pastdue" else due)
        record["skipped_date"] = None if skipped is None else _midnight(skipped)
        payments = [first.payment, *(fake.choice(PAYMENTS) for _ in times[1:])]
        if status in FAILING:
            payments[-1] = DECLINED
        return [
            first._replace(
                at=at, number=first.number + turn, payment=payments[turn], subscription=record, renewal=turn > 0
            )
            for turn, at in enumerate(times)
        ]

    def _renewal(self, first: Purchase, terms: int) -> int:
        """Return the time of the nightly run that renews a subscription after a number of terms."""
        day = months_later(first.at // DAY, first.offer.cycles * terms)
        return day * DAY + RENEWAL_SECOND + self._fake.number(0, 600)

    def _status(self, gift: bool, renewed: bool, due: int) -> str:
        running = due > self._latest
        if gift:
            return "active" if running else "expired"
        status = self._fake.choice(RUNNING if running else ENDED)
        return FAILING[renewed] if status == "failing" else status

    def _subscription(self, first: Purchase, status: str, end: int) -> Record:
        record = {
            "autorenew": not first.gift and status not in STOPPED,
            "credit": None,
            "end_date": _midnight(end),
            "id": next(self._ids["subscriptions"]),
            "is_test": self._fake.chance(0.03),
            "note": "",
            "product_billing_id": self._catalog.billing_id,
            "skipped_date": None,
            "start_date": moment(first.at),
            "status": status,
            "store_id": STORE_ID,
            "customer_id": first.buyer.id,
            "product_instance_id": first.offer.instance_id,
            "term_id": first.offer.term_id,
            "address_id": first.address_id,
            "gift_info": None,
            "cancel_reason": None,
            "label": None,
        }
        self.records["subscriptions"].append(record)
        return record


def _midnight(at: int) -> str:
    return moment(at - at % DAY)
