"""Universe: the account, shipping information and orders of the current customer of a fan club, and its plans."""

from mockorders.apis.base import Api
from mockorders.apis.universe import rules
from mockorders.apis.universe.account import rules as account_rules
from mockorders.apis.universe.customers import login_required
from mockorders.apis.universe.dialect import Universe
from mockorders.apis.universe.routes import ROUTES
from mockorders.rules import declared

API = Api(
    name="universe",
    title="Universe orders API",
    base_paths=("/api/v1", ""),
    suffix=".json",
    dialect=Universe(),
    routes=ROUTES,
    collections={"customers": (), "orders": ("customer_id",), "plans": (), "fanclubs": (), "item_types": ()},
    prerendered_schemas=frozenset({"universe/listed-order", "universe/order"}),
    customer_collection="customers",
    login_error=login_required(),
    rules=(*declared(rules), *declared(account_rules)),
    curl_example=("{base}/api/v1/orders?key={name}",),
)
