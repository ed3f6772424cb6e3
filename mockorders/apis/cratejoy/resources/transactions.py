"""Transactions."""

from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.model import Resource, to_one
from mockorders.apis.cratejoy.resources.representations import ORDER

TRANSACTIONS = Resource(
    name="transactions",
    singular="transaction",
    relations={"order": to_one("orders", "order_id", ORDER)},
    default_with=("order",),
    observed_only=("type",),
    rules=(rules.TRANSACTION,),
)
