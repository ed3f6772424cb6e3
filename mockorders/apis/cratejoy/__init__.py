"""Cratejoy: a store with its orders and customers, as its Merchant API serves them."""

from mockorders.apis.base import Api
from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.collections import COLLECTIONS
from mockorders.apis.cratejoy.dialect import Cratejoy
from mockorders.apis.cratejoy.resources import rules as resource_rules
from mockorders.apis.cratejoy.routes import ROUTES, SCHEMAS
from mockorders.rules import declared

API = Api(
    name="cratejoy",
    title="Cratejoy Merchant API",
    base_paths=("/v1",),
    documented_ending="/",
    versioned_bases=("/v1.1",),
    dialect=Cratejoy(),
    routes=ROUTES,
    collections=COLLECTIONS,
    prerendered_schemas=frozenset(SCHEMAS),
    rules=(*declared(rules), *declared(resource_rules)),
    curl_example=("-u", "{login}", "{base}/v1/orders/"),
)
