"""The documentation of Universe: security schemes, and the requests of its documented pages."""

from mockorders.apis.documentation import ApiDocs, Example
from mockorders.apis.universe.dialect import COOKIE

DOCS = ApiDocs(
    security={
        "key": {
            "type": "apiKey",
            "in": "query",
            "name": "key",
            "description": "The API key, or a field of the same name in a form. The emulator accepts any name, which "
            "selects the sandbox; `NAME@ID` also selects the current customer. Without a key the response is `Invalid "
            "API key`.",
        },
        "customer": {
            "type": "http",
            "scheme": "bearer",
            "description": "`customer-ID` selects customer ID as the current one.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "The customer's ID, used if there is no token.",
        },
    },
    requirements=(("key",), ("key", "customer"), ("key", "session")),
    examples=(
        Example("All orders, sorted by id descending", "GET", "/orders?order=DESC", "docs@2"),
        Example("All orders, with queued shipments", "GET", "/orders", "docs-queued@2"),
        Example("An order", "GET", "/orders/489", "docs@164"),
        Example("An order with a queued shipment", "GET", "/orders/489", "docs-queued@164"),
        Example("Order doesn't belong to current customer", "GET", "/orders/489", "docs@2"),
        Example("The latest order", "GET", "/orders/latest", "docs@164"),
        Example("No orders", "GET", "/orders/latest", "docs@1"),
    ),
    forms=True,
    other_media_types={
        "application/javascript": {
            "description": "With `callback`: a call of that function with the response.",
            "type": "string",
        }
    },
)
