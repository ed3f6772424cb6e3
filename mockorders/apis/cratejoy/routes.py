"""The endpoints of Cratejoy, and the schemas of their views."""

from itertools import chain

from mockorders.apis.cratejoy.resource_routes import metadata_routes, routes_of, streamlined_route
from mockorders.apis.cratejoy.resources.customers import ADDRESSES, CUSTOMERS
from mockorders.apis.cratejoy.resources.fulfillment import PRODUCT_SURVEY_RESULTS, SHIPMENT_BATCHES
from mockorders.apis.cratejoy.resources.metadata import (
    OF_CUSTOMERS,
    OF_ORDERS,
    OF_PRODUCTS,
    OF_SHIPMENTS,
    OF_SUBSCRIPTIONS,
)
from mockorders.apis.cratejoy.resources.orders import ORDERS
from mockorders.apis.cratejoy.resources.products import INVENTORY, PRODUCT_INSTANCES, PRODUCTS
from mockorders.apis.cratejoy.resources.shipments import SHIPMENTS
from mockorders.apis.cratejoy.resources.streamlined import STREAMLINED_SHIPMENTS
from mockorders.apis.cratejoy.resources.subscriptions import SUBSCRIPTIONS
from mockorders.apis.cratejoy.resources.transactions import TRANSACTIONS

_OTHERS = (
    PRODUCTS,
    PRODUCT_INSTANCES,
    TRANSACTIONS,
    INVENTORY,
    SHIPMENT_BATCHES,
    PRODUCT_SURVEY_RESULTS,
)
RESOURCES = (ORDERS, CUSTOMERS, ADDRESSES, SHIPMENTS, SUBSCRIPTIONS, *_OTHERS)

_CHILDREN = tuple(child.resource for child in chain.from_iterable(resource.children for resource in RESOURCES))

SCHEMAS = (
    "cratejoy/order-observed",
    *dict.fromkeys(resource.schema for resource in (*RESOURCES, *_CHILDREN, STREAMLINED_SHIPMENTS)),
)
"""The schemas of the views of all resources."""

ROUTES = (
    *chain.from_iterable(map(routes_of, RESOURCES)),
    streamlined_route(),
    *metadata_routes(ORDERS, OF_ORDERS),
    *metadata_routes(CUSTOMERS, OF_CUSTOMERS),
    *metadata_routes(SUBSCRIPTIONS, OF_SUBSCRIPTIONS),
    *metadata_routes(SHIPMENTS, OF_SHIPMENTS),
    *metadata_routes(PRODUCTS, OF_PRODUCTS),
)
