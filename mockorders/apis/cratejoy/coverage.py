"""The endpoints of the real Cratejoy Merchant API, as far as they are publicly known."""

from mockorders.apis.coverage import known

_PAGE = "the documented page, Order Methods"
_METHODS = "method pages of the Merchant API, and client programs"
_LIBRARY = "a client library of 2015"
_PRODUCTION = "an integration in production"
_SHIPMENT_METADATA = "the page is named in the navigation of the documentation; the methods are those of customers"

ENDPOINTS = (
    *known("GET POST /orders, GET PUT /orders/{id}", "documented", _PAGE, 2017),
    *known("GET /customers, GET PUT /customers/{id}", "observed", _METHODS, 2026),
    *known("GET POST /customers/{id}/addresses, GET PUT /addresses/{id}", "observed", _METHODS, 2026),
    *known("POST /addresses", "observed", "the sample of the address page; its heading names another path", 2026),
    *known("GET POST PUT DELETE /customers/{id}/metadata", "observed", _METHODS, 2026),
    *known("GET POST PUT DELETE /subscriptions/{id}/metadata", "observed", _METHODS, 2026),
    *known("GET POST PUT DELETE /orders/{id}/metadata", "observed", _LIBRARY, 2015),
    *known("GET POST PUT DELETE /products/{id}/metadata", "observed", _LIBRARY, 2015),
    *known("GET /shipments, GET PUT /shipments/{id}", "observed", _METHODS, 2026),
    *known("GET /v1.1/shipments", "observed", "introduction to the streamlined shipment endpoint", 2026),
    *known("GET POST PUT DELETE /shipments/{id}/metadata", "assumed", _SHIPMENT_METADATA, 2026),
    *known("GET /subscriptions, GET PUT /subscriptions/{id}", "observed", _METHODS, 2026),
    *known("PUT /subscriptions/{id}/cancel, PUT /subscriptions/{id}/reactivate", "observed", _METHODS, 2026),
    *known("PUT /subscriptions/{id}/skip, PUT /subscriptions/{id}/renew", "observed", _METHODS, 2026),
    *known("GET POST /subscriptions/{id}/coupons", "observed", _METHODS, 2026),
    *known("DELETE /subscriptions/{id}/coupons/{child}", "assumed", "deleting is documented, its path is not", 2026),
    *known("GET /products, GET PUT /products/{id}", "observed", _METHODS, 2026),
    *known("GET /product_instances, GET /product_instances/{id}", "observed", _METHODS, 2026),
    *known("GET /transactions, GET /transactions/{id}", "observed", _METHODS, 2026),
    *known("GET /inventory", "observed", _METHODS, 2026),
    *known("GET PUT /inventory/{id}", "assumed", "the page shows the list only", 2026),
    *known("GET /shipment_batches", "observed", "method page of the Merchant API, and the vendor's script", 2026),
    *known("GET /shipment_batches/{id}", "assumed", "the page shows the list only", 2026),
    *known("GET /product_survey_results", "observed", _PRODUCTION, 2026),
    *known("GET /carts, GET /carts/{id}, GET POST DELETE /carts/{id}/metadata", "observed", _METHODS, 2026),
    *known("GET POST /hooks, PUT DELETE /hooks/{id}", "observed", f"{_METHODS}; {_PRODUCTION}", 2026),
    *known("POST /page_redirects", "observed", "method page of the Merchant API, and the vendor's script", 2026),
    *known("? /stores, ? /store", "observed", "the page is named in the navigation of the documentation", 2026),
)
