"""Rules: the decisions about the emulator's behavior, each with its evidence and source."""

from dataclasses import dataclass
from types import ModuleType
from typing import Literal

Evidence = Literal["documented", "observed", "assumed"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision of the emulator: its statement, the evidence for it and the source of the evidence.

    `sentence` is quoted from the documentation; it is empty if the documentation does not cover the behavior.
    """

    name: str
    statement: str
    evidence: Evidence
    source: str
    sentence: str = ""


def declared(module: ModuleType) -> tuple[Rule, ...]:
    """Return the rules that are declared in a module, in the order of their declaration."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


CREDENTIAL = Rule(
    "sandbox.credential",
    "The credential `NAME[@CUSTOMER]` selects the sandbox NAME. The suffix, a final `@` followed by digits or `none`, "
    "selects the Universe customer. Any name of 1 to 200 visible characters is accepted.",
    "assumed",
    "our choice: each test is isolated by its own credential",
)
CREDENTIALS_FILE = Rule(
    "sandbox.credentials-file",
    "With `--credentials FILE`, only the names in the file are accepted. Cratejoy's password must equal the one "
    "listed for the name, unless that is null.",
    "assumed",
    "our choice: to test how a client handles wrong credentials",
)
FIXTURE_SET = Rule(
    "sandbox.fixture-set",
    "A sandbox is created from the fixture set with the same name as the sandbox, or as the part before its first "
    "dot; otherwise from the default set.",
    "assumed",
    "our choice",
)
WATCH = Rule(
    "sandbox.watch",
    "With `--watch`, a fixture file is reloaded when it changes. A sandbox of its set is updated at once if its "
    "records are unmodified: faults, journal and snapshots stay, and so does the clock unless the file's clock "
    "changed. A modified sandbox keeps its records until it is reset; the control API reports it as stale, and its "
    "responses say so in `X-Mockorders-Note`. If a file is invalid, its set stays as it was; if a file is deleted, "
    "its sandboxes keep their data.",
    "assumed",
    "our choice: no test loses the data that it wrote",
)
DATA_REPLACED = Rule(
    "sandbox.data-replaced",
    "A request that is in progress while the data of its sandbox is replaced, by a reset, a restored snapshot, a new "
    "state, reloaded fixtures, or because the sandbox is recreated or deleted, has no effect on the new data, clock, "
    "faults and journal. It gets a 409 in the API's own error format, unless its response is being sent already. A "
    "request that is in progress while the journal is cleared is executed, but not recorded.",
    "assumed",
    "our choice: a late request of one test does not change the next test; clients do not repeat a 409 by themselves",
)
MAX_SANDBOXES = Rule(
    "sandbox.maximum",
    "A sandbox that was not used for `--sandbox-idle` seconds is deleted. Once `--max-sandboxes` is reached, a new "
    "credential replaces the sandbox that was not used for longest, at least a minute, of those whose data, clock, "
    "faults and settings are unchanged. If there is none, it gets a 503 problem document; existing sandboxes are not "
    "affected.",
    "assumed",
    "our choice: bounded memory",
)
MAX_MEMORY = Rule(
    "sandbox.memory",
    "Fixture sets, and the records, snapshots and faults of all sandboxes, are limited to about `--max-memory` "
    "together; those of one sandbox to half of it, apart from the fixture set that it shares. A request that would "
    "exceed a limit changes nothing and gets a 507 problem document with the figures.",
    "assumed",
    "our choice: one request cannot stop the emulator that others use",
)
NO_ROUTE = Rule(
    "http.no-route",
    "An unknown path gets a 404 in the API's own error format, whatever the credential. If the real service has the "
    "path or the method, the message says that it is not emulated.",
    "assumed",
    "no public information; frameworks route before they authenticate",
)
WRONG_METHOD = Rule(
    "http.wrong-method",
    "A known path with an unsupported method gets a 405 with `Allow`, in the API's own error format; a 404 if the real "
    "service has the method.",
    "observed",
    "Cratejoy's introduction lists 405 for a wrong method; no public information for Universe",
)
TRAILING_SLASH = Rule(
    "http.trailing-slash",
    "A trailing slash is optional on every path. It never causes a redirect, because many clients turn a redirected "
    "POST into a GET.",
    "observed",
    "clients of both services send both forms",
)
HEAD = Rule(
    "http.head",
    "HEAD is handled like GET, and the response has no body.",
    "assumed",
    "RFC 9110 section 9.3.2",
)
MALFORMED = Rule(
    "http.malformed",
    "Input that is not a valid HTTP/1.1 request gets a 400 problem document, whatever the API, and the connection is "
    "closed. It is in the journal of requests without a sandbox, with the method and the path if they could be read.",
    "assumed",
    "RFC 9112 sections 2.2 and 3; no public information on what the services respond",
)
QUERY_TEXT = Rule(
    "http.query-text",
    "A request is rejected if its query string is not percent-encoded UTF-8 or has more than 3000 parameters.",
    "assumed",
    "RFC 3986 section 2.5",
)
BODY_READ = Rule(
    "http.body-read",
    "A request is rejected if its body has a transfer coding other than chunked, or invalid chunks.",
    "assumed",
    "RFC 9112 section 7",
)
BODY_CODING = Rule(
    "http.body-coding",
    "A body can be compressed with gzip or deflate. Another `Content-Encoding` is rejected with 415 and "
    "`Accept-Encoding`, and a body that is not in its coding with 400. The limit of size applies to the body as it was "
    "sent and to the decoded one.",
    "assumed",
    "RFC 9110 sections 8.4 and 15.5.16; no public information on what the services accept",
)
BODY_SIZE = Rule(
    "http.body-size",
    "A request is rejected with 413 if its body is larger than 1 MiB.",
    "assumed",
    "our choice: bounded memory",
)
BODY_TIME = Rule(
    "http.body-time",
    "A request is rejected with 408 if its body takes more than 20 s to arrive.",
    "assumed",
    "our choice",
)
DISCONNECT = Rule(
    "http.disconnect",
    "A request ends when its client disconnects: while its body arrives, while a fault delays it, or while it is "
    "processed. It has no response, and the journal has a note. A change is made as a whole or not at all. A client "
    "that only closes its sending side still gets the responses to its complete requests, except to one that a fault "
    "delays: a client that has given up looks the same.",
    "assumed",
    "our choice: a delay does not outlive the client that gave up on it, so nothing happens after a test has ended",
)
CORS = Rule(
    "cors.origins",
    "Responses have CORS headers that echo the origin and allow credentials, if the origin is `null`, a loopback "
    "name, a name under `.localhost`, `.test` or `.local`, or an origin of `--allow-origin`.",
    "observed",
    "Universe allows credentials for trusted domains (docs root, the client's test server); the names are our choice",
)
FOREIGN_PAGES = Rule(
    "cors.foreign-pages",
    "A request that a browser marks as one of a page of any other origin gets a 403 in the API's own error format: by "
    "`Origin`, or by `Sec-Fetch-Site` with a `Referer` of such an origin, or without one. This includes JSONP, images, "
    "forms and links. Nothing is executed, no sandbox is created, and only the journal of requests without a sandbox "
    "has it. The pages of the emulator's own origin are allowed, and so is what a user types.",
    "assumed",
    "our choice: a page on the internet cannot change what a test on this machine sees; Universe has trusted domains",
)
PREFLIGHT = Rule(
    "cors.preflight",
    "OPTIONS gets a 200 without a credential. A page of an allowed origin may send every header that its preflight "
    "asks for, unless the list is longer than 4096 characters. A preflight response can be cached for 1728000 s.",
    "observed",
    "the Universe client's own test server; which headers the services allow is unknown",
)
FAULT_HEADER = Rule(
    "faults.header",
    "`X-Mockorders-Fault: status=503; delay=200; stage=after` applies faults to this one request. The request is "
    "rejected if the header is invalid or has more than 20 effects.",
    "assumed",
    "our choice",
)
FAULT = Rule(
    "faults.order",
    "If several faults match a request, all delays add up, to at most 600 s in each stage; of the other faults, only "
    "the first one is applied.",
    "assumed",
    "our choice",
)
HELD_REQUESTS = Rule(
    "faults.held-requests",
    "Faults of the types `delay` and `drip` hold back at most 5000 requests of all sandboxes at a time. Others get a "
    "503 problem document at once; if the stage is `after`, they were executed.",
    "assumed",
    "our choice: bounded memory",
)
CORE = (
    FAULT_HEADER,
    FAULT,
    HELD_REQUESTS,
    CREDENTIAL,
    CREDENTIALS_FILE,
    FIXTURE_SET,
    WATCH,
    DATA_REPLACED,
    MAX_SANDBOXES,
    MAX_MEMORY,
    NO_ROUTE,
    WRONG_METHOD,
    TRAILING_SLASH,
    HEAD,
    MALFORMED,
    QUERY_TEXT,
    BODY_READ,
    BODY_CODING,
    BODY_SIZE,
    BODY_TIME,
    DISCONNECT,
    CORS,
    FOREIGN_PAGES,
    PREFLIGHT,
)
