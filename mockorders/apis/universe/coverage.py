"""The endpoints of the real Universe API, as far as they are publicly known."""

from mockorders.apis.coverage import known

_PAGE = "the documented page, Orders"
_PAGES = "other pages of the documentation, and the vendor's JavaScript clients"
_CLIENTS = "the vendor's JavaScript clients"
_LOGIN = "the vendor's JavaScript clients; the paths are the emulator's choice"
_WIDGET = "a widget of the vendor's client of 2014"
_OLD = "the vendor's client of 2013"

ENDPOINTS = (
    *known("GET /orders, GET /orders/latest, GET /orders/{id}", "documented", _PAGE, 2026),
    *known("GET /fanclub, GET /account/status", "observed", _CLIENTS, 2024),
    *known("GET POST /account, GET /plans, GET /plans/{id}", "observed", _PAGES, 2024),
    *known("GET POST /account/shipping, GET /affiliates, GET /affiliates/{id}", "observed", _PAGES, 2024),
    *known("POST /refresh", "observed", _CLIENTS, 2024),
    *known("GET /login/{sandbox}, GET /logout/{sandbox}", "observed", _LOGIN, 2024),
    *known("GET /subscriptions, GET /events, GET /events/{id}", "observed", _CLIENTS, 2014),
    *known("GET /contests, POST /contests/{id}/enter, GET /receipt", "observed", _WIDGET, 2014),
    *known("GET /disqus, POST /contacts", "observed", _CLIENTS, 2024),
    *known("POST /mixpanel/set_distinct_id, POST /mixpanel/clear_distinct_id", "observed", _WIDGET, 2014),
    *known("GET /terms, POST /login, POST /logout, POST /account/register", "observed", _OLD, 2013),
    *known("POST /password_reset, POST /password_reset/{token}", "observed", _OLD, 2013),
    *known("POST /account/connect/facebook", "observed", _OLD, 2013),
    *known("? /consumer", "observed", "the vendor's clients until 2014: the prefix of their paths", 2014),
)
