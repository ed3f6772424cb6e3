"""The operations of the OpenAPI document: method and documented path."""

from itertools import product

OWNERS = ("customers", "orders", "subscriptions", "shipments", "products")
METADATA_METHODS = ("get", "post", "put", "delete")
PATHS = {
    *("get /orders", "get /orders/latest", "get /orders/{id}"),
    *("post /account", "get /account/shipping", "post /account/shipping", "get /subscriptions"),
    *("get /fanclub", "get /plans", "get /plans/{id}", "get /account", "get /account/status", "post /refresh"),
    *("get /v1/orders/", "post /v1/orders/", "get /v1/orders/{id}/", "put /v1/orders/{id}/"),
    *("get /v1/customers/", "get /v1/customers/{id}/", "put /v1/customers/{id}/"),
    *("get /v1/customers/{id}/addresses/", "post /v1/customers/{id}/addresses/"),
    *("get /v1/addresses/{id}/", "put /v1/addresses/{id}/", "post /v1/addresses/"),
    "get /v1.1/shipments/",
    *("get /v1/shipments/", "get /v1/shipments/{id}/", "put /v1/shipments/{id}/"),
    *("get /v1/subscriptions/", "get /v1/subscriptions/{id}/", "put /v1/subscriptions/{id}/"),
    *(f"put /v1/subscriptions/{{id}}/{each}/" for each in ("cancel", "reactivate", "skip", "renew")),
    *(f"{each} /v1/subscriptions/{{id}}/coupons/" for each in ("get", "post")),
    "delete /v1/subscriptions/{id}/coupons/{child}/",
    *("get /v1/products/", "get /v1/products/{id}/", "put /v1/products/{id}/"),
    *("get /v1/product_instances/", "get /v1/product_instances/{id}/"),
    *("get /v1/transactions/", "get /v1/transactions/{id}/"),
    *("get /v1/inventory/", "get /v1/inventory/{id}/", "put /v1/inventory/{id}/"),
    *("get /v1/shipment_batches/", "get /v1/shipment_batches/{id}/", "get /v1/product_survey_results/"),
    *(f"{method} /v1/{name}/{{id}}/metadata/" for name, method in product(OWNERS, METADATA_METHODS)),
}
