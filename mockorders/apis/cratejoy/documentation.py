"""The documentation of Cratejoy: security schemes, and the requests of its documented pages."""

from mockorders.apis.documentation import ApiDocs, Example

ORDER = "/orders/75572230"

DOCS = ApiDocs(
    security={
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "Client id and client secret. The emulator accepts any secret; any id selects a sandbox.",
        }
    },
    requirements=(("basic",),),
    examples=(
        Example("All orders", "GET", "/orders", "docs"),
        Example("Orders placed after a time", "GET", "/orders?placed_at__gt=2017-03-15T20%3A00%3A24Z", "docs"),
        Example("One order", "GET", ORDER, "docs"),
        Example("A note", "PUT", ORDER, "docs", {"note": "Drop package off at the front office"}),
        Example("Gift info", "PUT", ORDER, "docs", {"order_gift_info": {"gift_message": "Hi, I got you this gift."}}),
        Example(
            "A subscription, as a gift",
            "POST",
            "/orders",
            "docs",
            {
                "customer": {"id": 586402305},
                "ship_address_id": 8675309,
                "cust_pay_id": 1234,
                "coupons": ["CODE1", "CODE2"],
                "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": 1}],
                "order_gift_info": {
                    "gift_message": "I bought you a nice new sweater!",
                    "gift_recipient_name": "Mr. Rogers",
                    "gift_recipient_email": "fred@example.com",
                },
            },
        ),
    ),
    forms=True,
)
