"""The checks that a request passes, in order."""

from enum import Enum


class Check(Enum):
    """One check of a request. Members are in the order of the checks; `DONE` follows the last check."""

    HTTP = "http", "the request is valid HTTP"
    ORIGIN = "origin", "the page that sent the request, if any, may send it"
    QUERY = "query", "the query string can be read"
    CREDENTIAL = "credential", "the credential is accepted and names the sandbox"
    BODY = "body", "the body arrived within the limits of size and time"
    FAULTS = "faults", "no fault replaced or prevented the response"
    ROUTE = "route", "path and method match a route"
    REQUEST = "request", "parameters and body match their schemas"
    HANDLER = "handler", "the API's rules allow the request"
    RESPONSE = "response", "the response matches its schema"
    DONE = "done", "the response was created"

    def __init__(self, label: str, meaning: str) -> None:
        self.label = label
        self.meaning = meaning
