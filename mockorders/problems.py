"""The kinds of problem documents: what each means, and what to do about it."""

from typing import NamedTuple

PAGE = "/_mockorders/problems"


class ProblemKind(NamedTuple):
    """A kind of problem document: its title, its HTTP status, what it means, and what to do about it."""

    title: str
    status: int
    meaning: str
    remedy: str

    @property
    def name(self) -> str:
        """The anchor on the page of all kinds, such as `no-such-record`."""
        return self.title.lower().replace(" ", "-")

    @property
    def uri(self) -> str:
        """The `type` of its documents: a reference to its section of a page that the emulator serves."""
        return f"{PAGE}#{self.name}"


KINDS = (
    ProblemKind(
        "Malformed HTTP request",
        400,
        "The input is not a valid HTTP request, so no API could respond in its own format. Some have another status, "
        "such as 431 for headers that are too large.",
        "`detail` names the line or header. Compare it with what your client sends.",
    ),
    ProblemKind(
        "Unreadable body",
        400,
        "The body cannot be parsed as JSON, or it is not complete.",
        "`detail` says what was expected, and where.",
    ),
    ProblemKind(
        "Unreadable form",
        400,
        "A form of the dashboard cannot be parsed.",
        "Send it as `application/x-www-form-urlencoded` in UTF-8.",
    ),
    ProblemKind(
        "Missing or invalid token",
        401,
        "The server was started with `--control-token`, and the request has no or another token.",
        "Send `Authorization: Bearer TOKEN`. In a browser, open `/_mockorders/?token=TOKEN` once.",
    ),
    ProblemKind(
        "Host not allowed",
        403,
        "The `Host` header is not a local or internal name. This protects from web pages that rebind DNS names.",
        "Use `localhost`, or start the server with `--allow-host NAME`.",
    ),
    ProblemKind(
        "Origin not allowed",
        403,
        "A web page of another origin sent the request. Such pages cannot use the control API.",
        "Use a proxy that makes it part of the page's origin, or call it from your test instead of the page.",
    ),
    ProblemKind(
        "Not found",
        404,
        "The control API has no such path.",
        "`GET /_mockorders/control.json` lists all paths.",
    ),
    ProblemKind(
        "No such sandbox",
        404,
        "The sandbox does not exist: no request has used its credential yet, or it was deleted.",
        "Send a request with its credential, or create it with `PUT /_mockorders/sandboxes/NAME`.",
    ),
    ProblemKind(
        "No such collection",
        404,
        "The API has no collection of that name.",
        "`detail` lists the collections. `GET …/state` shows all records.",
    ),
    ProblemKind(
        "No such record",
        404,
        "The collection has no record with that id.",
        "`GET …/records/API/COLLECTION` lists its records.",
    ),
    ProblemKind(
        "No such request",
        404,
        "The journal has no request with that id: it was evicted or cleared, or belongs to another sandbox.",
        "Read it earlier, or increase `--journal-memory`.",
    ),
    ProblemKind(
        "No such fault",
        404,
        "The sandbox has no fault with that id.",
        "`GET …/faults` lists its faults.",
    ),
    ProblemKind(
        "No such snapshot",
        404,
        "The sandbox has no snapshot of that name.",
        "`detail` lists its snapshots.",
    ),
    ProblemKind(
        "No such schema",
        404,
        "There is no schema of that name.",
        "`GET /_mockorders/schemas` lists them.",
    ),
    ProblemKind(
        "No such file",
        404,
        "There is no script or style of that name and version. A page from before an upgrade may still be open.",
        "Reload the page.",
    ),
    ProblemKind(
        "Method not allowed",
        405,
        "The path does not support the method.",
        "The header `Allow` lists the supported ones.",
    ),
    ProblemKind(
        "Request timeout",
        408,
        "The body did not arrive in time.",
        "Send as many bytes as `Content-Length` announces.",
    ),
    ProblemKind(
        "Data replaced",
        409,
        "The data of the sandbox was replaced, for example by a reset, before the body arrived. Nothing was changed.",
        "Send the request again, and do not reset a sandbox while others use it.",
    ),
    ProblemKind(
        "Records are changing",
        409,
        "Other requests kept changing records while the references to them were checked. Nothing was changed.",
        "Send the request again when the others are complete.",
    ),
    ProblemKind(
        "Content too large",
        413,
        "The body is larger than the limit, which `detail` names.",
        "Send less at a time, or load the data from a fixture file.",
    ),
    ProblemKind(
        "Unsupported content coding",
        415,
        "The body has a `Content-Encoding` that is not supported.",
        "The header `Accept-Encoding` of the response lists the supported ones.",
    ),
    ProblemKind(
        "Invalid query",
        422,
        "A query parameter is unknown or has an invalid value.",
        "`pointer` names it, `message` says what was expected.",
    ),
    ProblemKind(
        "Invalid body",
        422,
        "The body can be parsed, but does not match its schema or refers to something that does not exist. Nothing "
        "was changed.",
        "`violations` has the JSON pointer and the expected value of each violation, up to 20.",
    ),
    ProblemKind(
        "Invalid name",
        422,
        "The name of a snapshot is empty or too long.",
        "`detail` has the limit.",
    ),
    ProblemKind(
        "Invalid sandbox name",
        422,
        "The name cannot be a credential: it is empty, has more than 200 characters, or spaces or control characters.",
        "Use visible characters, such as `docs.checkout`.",
    ),
    ProblemKind(
        "Invalid fixtures",
        422,
        "A fixture set is unknown, unreadable or invalid. Nothing was changed.",
        "`violations` has all of them. `mockorders fixtures check FILE` prints the same.",
    ),
    ProblemKind(
        "Record is referenced",
        422,
        "The record cannot be deleted, because others refer to it.",
        "Delete those in `referrers` first, or change their references.",
    ),
    ProblemKind(
        "Too many snapshots",
        422,
        "The sandbox has as many snapshots as it can have.",
        "Delete some with `DELETE …/snapshots/NAME`.",
    ),
    ProblemKind(
        "Internal error",
        500,
        "A bug of the emulator. Its log has a traceback, and `GET …/errors` lists the request.",
        "Please report it with the traceback.",
    ),
    ProblemKind(
        "Response violates its schema",
        500,
        "The response would not match the schema of the API, so it was not sent: a record that a test wrote is "
        "incomplete, or the emulator has a bug.",
        "`schema`, `pointer` and `message` name the violation. Correct the record.",
    ),
    ProblemKind(
        "Too many sandboxes",
        503,
        "As many sandboxes exist as `--max-sandboxes` allows, and none can be evicted.",
        "Delete sandboxes at the end of each test, or increase the limit.",
    ),
    ProblemKind(
        "Too many delayed requests",
        503,
        "Faults already hold back as many requests as the server can keep waiting.",
        "Use shorter delays or fewer concurrent requests.",
    ),
    ProblemKind(
        "Too many streams",
        503,
        "As many pages of the dashboard show live requests as the server allows.",
        "Close some of them.",
    ),
    ProblemKind(
        "Too many repeated requests",
        503,
        "As many requests that the dashboard repeats are in progress as the server allows.",
        "Wait until faults do not delay them anymore.",
    ),
    ProblemKind(
        "Store unavailable",
        503,
        "The store of `--store` could not keep a change or read a sandbox, for example because the disk is full or the "
        "database does not respond. Nothing was changed, unless `detail` says that this is not known.",
        "`detail` has the reason. Send the request again after `Retry-After` seconds.",
    ),
    ProblemKind(
        "Out of memory",
        507,
        "The sandbox, or all of them together, would need more memory than `--max-memory` allows. Nothing was changed.",
        "Delete snapshots and unused sandboxes, or increase the limit.",
    ),
)
_URIS = {kind.title: kind.uri for kind in KINDS}


def uri_of(title: str) -> str:
    """Return the `type` of problem documents with a title. Raises KeyError if there is no such kind."""
    return _URIS[title]
