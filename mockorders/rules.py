"""Rules: every behaviour that the emulator decides, declared once, with its evidence and source."""

from dataclasses import dataclass
from types import ModuleType
from typing import Literal

Evidence = Literal["documented", "observed", "assumed"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision: what happens, how sure we are (`documented`, `observed` or `assumed`) and where it is said.

    `sentence` is the documentation's own, where it has one.
    """

    name: str
    statement: str
    evidence: Evidence
    source: str
    sentence: str = ""


def declared(module: ModuleType) -> tuple[Rule, ...]:
    """Give the rules that a module declares, in their order there."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


CREDENTIAL = Rule(
    "sandbox.credential",
    "The credential `NAME[@CUSTOMER]` names the sandbox; the suffix, a final `@` and digits or `none`, chooses the "
    "Universe customer. Names have 1 to 200 visible characters, and any such name is let in.",
    "assumed",
    "ours: a test isolates itself by its own credential",
)
CREDENTIALS_FILE = Rule(
    "sandbox.credentials-file",
    "With `--credentials FILE` only the names of the file are let in, and Cratejoy's password must be the one beside "
    "the name unless that is null.",
    "assumed",
    "ours: to test what a client does with a wrong credential",
)
FIXTURE_SET = Rule(
    "sandbox.fixture-set",
    "A sandbox starts from the fixture set that its name, or the part before the first dot, names; else from the "
    "chosen set.",
    "assumed",
    "ours",
)
WATCH = Rule(
    "sandbox.watch",
    "With `--watch` a fixture file that changed is taken anew. The sandboxes of its set whose records nobody changed "
    "follow at once; faults, journal and snapshots stay, and so does the clock unless the file's own changed. The "
    "others keep their records until they are reset, are `outdated` in the control API, and say so in "
    "`X-Mockorders-Note`. A file that cannot be used leaves its set as it was; the sandboxes of a file that is gone "
    "keep what they have.",
    "assumed",
    "ours: no test loses what it wrote",
)
MAX_SANDBOXES = Rule(
    "sandbox.maximum",
    "Past `--max-sandboxes` a new credential gets a 503 problem document; sandboxes that exist lose nothing.",
    "assumed",
    "ours: bounded memory",
)
NO_ROUTE = Rule(
    "http.no-route",
    "An unknown path is a 404 in the API's own error shape, whatever the credential; a path of the real service that "
    "is not emulated says so.",
    "assumed",
    "unknown in public; frameworks route before they authenticate",
)
WRONG_METHOD = Rule(
    "http.wrong-method",
    "A known path with another method is a 405 with `Allow`, in the API's own error shape.",
    "observed",
    "Cratejoy's introduction lists 405 for a wrong method; for Universe unknown",
)
TRAILING_SLASH = Rule(
    "http.trailing-slash",
    "A trailing slash is optional everywhere and never redirected, since a redirect turns POST into GET in many "
    "clients.",
    "observed",
    "clients of both services send either form",
)
HEAD = Rule("http.head", "HEAD is answered as GET, without the body.", "assumed", "RFC 9110 section 9.3.2")
QUERY_TEXT = Rule(
    "http.query-text",
    "A query string that is not percent-encoded UTF-8, or has more than 3000 parameters, is refused.",
    "assumed",
    "RFC 3986 section 2.5",
)
BODY_READ = Rule(
    "http.body-read", "A body whose transfer coding is broken is refused.", "assumed", "RFC 9112 section 7"
)
BODY_SIZE = Rule("http.body-size", "A body over 1 MiB is refused with 413.", "assumed", "ours: bounded memory")
BODY_TIME = Rule("http.body-time", "A body that takes over 20 s to arrive is refused with 408.", "assumed", "ours")
CORS = Rule(
    "cors.origins",
    "CORS headers with credentials, echoing the origin, for origins on loopback names, `.localhost`, `.test`, `.local` "
    "and `null`, and those of `--allow-origin`. Another origin gets the answer without CORS headers, and a note; it "
    "makes no sandbox.",
    "observed",
    "Universe answers trusted domains with credentials (docs root, the client's test server); the names are ours",
)
PREFLIGHT = Rule(
    "cors.preflight",
    "OPTIONS is answered 200 without a credential; a preflight may be kept for 1728000 s.",
    "observed",
    "the Universe client's own test server",
)
FAULT_HEADER = Rule(
    "faults.header",
    "`X-Mockorders-Fault: status=503; delay=200; stage=after` strikes this one request; one that cannot be read is "
    "refused.",
    "assumed",
    "ours",
)
FAULT = Rule(
    "faults.order",
    "Of the faults that match all delays add up; of the others the first in order acts.",
    "assumed",
    "ours",
)
CORE = (
    FAULT_HEADER,
    FAULT,
    CREDENTIAL,
    CREDENTIALS_FILE,
    FIXTURE_SET,
    WATCH,
    MAX_SANDBOXES,
    NO_ROUTE,
    WRONG_METHOD,
    TRAILING_SLASH,
    HEAD,
    QUERY_TEXT,
    BODY_READ,
    BODY_SIZE,
    BODY_TIME,
    CORS,
    PREFLIGHT,
)
