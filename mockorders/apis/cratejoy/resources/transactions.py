"""Transactions."""

from collections.abc import Sequence

from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.relations import Relation, Representation, Source, to_one
from mockorders.apis.cratejoy.resources.representations import ORDER
from mockorders.storage.collection import Record

_PAYMENT = Representation("cratejoy/transaction-payment")


def _payment(source: Source, transaction: Record) -> Sequence[Record]:
    order = source["orders"].get(transaction["order_id"])
    return [] if order is None else [{"customer_pay_id": order["cust_pay_id"]}]


TRANSACTIONS = Resource(
    name="transactions",
    singular="transaction",
    relations={"order": to_one("orders", "order_id", ORDER)},
    default_with=("order",),
    objects={"payment": Relation(_PAYMENT, _payment, field="order_id")},
    aliases={"customer_pay_id": "payment.customer_pay_id"},
    unimplemented_filters=("reference_id", "pay_provider_id", "pay_id"),
    observed_only=("type",),
    rules=(rules.TRANSACTION,),
)
