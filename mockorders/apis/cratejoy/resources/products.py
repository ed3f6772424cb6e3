"""Products, their instances, and the stock of instances."""

import re
from collections.abc import Callable
from typing import Any

from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.model import Resource, merge
from mockorders.apis.cratejoy.resources.relations import Source, to_many, to_one
from mockorders.apis.cratejoy.resources.representations import (
    BILLING,
    PRODUCT,
    PRODUCT_INSTANCE,
    PRODUCT_INSTANCE_VALUES,
    weight,
)
from mockorders.storage.collection import Record

_NO_LETTER = re.compile(r"[^a-z0-9]+")


def _has_subscribers(source: Source, product: Record) -> bool:
    instances = source["product_instances"].where("product_id", product["id"])
    return any(_has_active(source, instance) for instance in instances)


def _has_active(source: Source, instance: Record) -> bool:
    subscriptions = source["subscriptions"].where("product_instance_id", instance["id"])
    return any(each["status"] == "active" for each in subscriptions)


def _slug(_: Source, product: Record) -> str:
    return _NO_LETTER.sub("-", product["name"].lower()).strip("-")


def _empty(kind: type) -> Callable[[Source, Record], Any]:
    return lambda _, __: kind()


PRODUCTS = Resource(
    name="products",
    singular="product",
    derived={
        "has_subscribers": _has_subscribers,
        "meta": _empty(dict),
        "metadata": _empty(list),
        "rulesets": _empty(list),
        "ruletypes": _empty(list),
        "ship_weight": weight,
        "slug": _slug,
        "taxonomy": _empty(list),
    },
    relations={
        "billing": to_one("product_billings", "product_billing_id", BILLING, filterable=False),
        "instances": to_many("product_instances", "product_id", PRODUCT_INSTANCE, filterable=False),
    },
    unimplemented_relations=("base_term_prices", "subscription_types", "variants"),
    update=merge,
    rules=(rules.PRODUCT,),
    update_rules=(rules.UPDATE_PRODUCT,),
)

PRODUCT_INSTANCES = Resource(
    name="product_instances",
    singular="product-instance",
    derived=PRODUCT_INSTANCE_VALUES,
    objects={"product": to_one("products", "product_id", PRODUCT)},
    rules=(rules.PRODUCT_INSTANCE,),
)

INVENTORY = Resource(
    name="inventory",
    singular="inventory",
    update=merge,
    rules=(rules.INVENTORY,),
)
