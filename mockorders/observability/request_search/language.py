"""What the terms of a search mean: a predicate of journal entries for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from mockorders.apis.base import Api
from mockorders.formats.matching import Glob
from mockorders.formats.parsing import ParseError
from mockorders.formats.plurals import singular
from mockorders.formats.suggestions import did_you_mean
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import mask_query
from mockorders.observability.request_search.syntax import Term, split_terms
from mockorders.observability.status_filter import OUTCOMES, parse_status_filter

MAX_TERMS = 20
NOBODY = "none"

Predicate = Callable[[JournalEntry], bool]


class TermHelp(NamedTuple):
    """The meaning of a term, and an example."""

    meaning: str
    example: str


HELP: Mapping[str, TermHelp] = {
    "status": TermHelp("a code, a class or a state; several with commas", "status:4xx,503"),
    "method": TermHelp("the method of the request", "method:POST"),
    "path": TermHelp("a path; `*` matches any characters", "path:/v1/*"),
    "api": TermHelp("the API", "api:cratejoy"),
    "rule": TermHelp("a rule that applied; `*` matches any characters", "rule:universe.*"),
    "fault": TermHelp("the type of a fault that was applied, or `*` for any", "fault:*"),
    "customer": TermHelp("the customer whom the request was for, or whose record it read or wrote", "customer:164"),
    "order": TermHelp("an order that it read or wrote; the same for every kind of record", "order:489"),
    "body": TermHelp("text in the body of the request or of the response", 'body:"note"'),
}
STATES: Mapping[str, str] = {
    "in-progress": "the response is not ready yet",
    "disconnected": "the client disconnected before it had the response",
    "fault": "a fault was applied",
    "violation": "the response violated its schema",
    "rejected": "the API rejected the request",
}


class Search(NamedTuple):
    """A parsed search: a request must match all terms."""

    terms: Sequence[Term]
    predicates: Sequence[Predicate]

    def __str__(self) -> str:
        """Return the search as it is written."""
        return " ".join(map(str, self.terms))

    def matches(self, entry: JournalEntry) -> bool:
        """Check whether a request matches."""
        return all(predicate(entry) for predicate in self.predicates)

    def toggled(self, name: str, value: str) -> str:
        """Return the search with a term instead of all others of its name, or without it if it has that term."""
        added = Term(name, value)
        others = [term for term in self.terms if term.name != name or term.negated]
        return " ".join(map(str, others if added in self.terms else [*others, added]))


class SearchTerms:
    """The terms that can be searched for in the journals of an emulator.

    `names` are those of terms with a value, in the order of the help: the kinds of records of all APIs too.
    """

    def __init__(self, apis: Iterable[Api]) -> None:
        self._apis = [api.name for api in apis]
        self._collections = _collections_by_kind(apis)
        self._factories: Mapping[str, Callable[[str], Predicate]] = {
            "status": parse_status_filter,
            "method": _method,
            "path": _path,
            "api": self._api,
            "rule": _rule,
            "fault": _fault,
            "customer": self._customer,
            "body": _body,
        }
        self.names = (*self._factories, *(kind for kind in self._collections if kind not in self._factories))

    def predicate(self, term: Term) -> Predicate:
        """Return what a term means. Raises ParseError if its name is unknown, or its value invalid."""
        matches = self._of_name(term) if term.name else _word(term)
        return (lambda entry: not matches(entry)) if term.negated else matches

    def _of_name(self, term: Term) -> Predicate:
        if term.name not in self.names:
            raise ParseError(self._unknown(term))
        factory = self._factories.get(term.name, partial(self._record, term.name))
        try:
            return factory(term.value)
        except ParseError as error:
            message = f"{term.name}: {error}, got {term.value[:60]!r}"
            raise ParseError(message) from error

    def _unknown(self, term: Term) -> str:
        hint = did_you_mean(term.name, self.names) or f", expected one of {', '.join(self.names)}"
        text = Term("", f"{term.name}:{term.value}"[:60])
        return f"{term.name}: unknown term{hint}; write {text} to search for the text"

    def _api(self, value: str) -> Predicate:
        if value.lower() not in self._apis:
            message = f"expected one of {', '.join(self._apis)}"
            raise ParseError(message)
        return lambda entry: entry.exchange.api.name == value.lower()

    def _customer(self, value: str) -> Predicate:
        if value.lower() == NOBODY:
            return lambda entry: entry.exchange.customer is not None and entry.exchange.customer.id is None
        is_record = self._record("customer", value)
        customer = int(value)

        def matches(entry: JournalEntry) -> bool:
            current = entry.exchange.customer
            return (current is not None and current.id == customer) or is_record(entry)

        return matches

    def _record(self, kind: str, value: str) -> Predicate:
        if not (value.isascii() and value.isdecimal() and len(value) <= 19):
            message = f"expected an id{f' or {NOBODY}' if kind == 'customer' else ''}"
            raise ParseError(message)
        wanted = {(collection, int(value)) for collection in self._collections[kind]}

        def matches(entry: JournalEntry) -> bool:
            access = entry.exchange.access
            return not wanted.isdisjoint(access.reads) or not wanted.isdisjoint(access.writes)

        return matches


def parse_search(text: str, terms: SearchTerms) -> Search:
    """Parse a search. Raises ParseError that names the term, and the one that was probably meant."""
    found = list(split_terms(text))
    if len(found) > MAX_TERMS:
        message = f"expected at most {MAX_TERMS} terms, got {len(found)}"
        raise ParseError(message)
    return Search(found, [terms.predicate(term) for term in found])


def _collections_by_kind(apis: Iterable[Api]) -> dict[str, list[str]]:
    """Return the collections by the name of one record, such as `order`: those of all APIs."""
    kinds: dict[str, list[str]] = {"customer": [], "order": []}
    for api in apis:
        for collection in api.collections:
            kinds.setdefault(singular(collection).replace(" ", "_"), []).append(f"{api.name}.{collection}")
    return kinds


def _method(value: str) -> Predicate:
    return lambda entry: entry.exchange.head.request.sent_method == value.upper()


def _path(value: str) -> Predicate:
    glob = Glob(value, "*")
    return lambda entry: any(map(glob.matches, entry.exchange.head.traits.paths))


def _rule(value: str) -> Predicate:
    glob = Glob(value.lower(), "*")
    return lambda entry: any(glob.matches(rule.name.lower()) for rule in entry.exchange.rules)


def _fault(value: str) -> Predicate:
    glob = Glob(value.lower().replace("-", "_"), "*")
    return lambda entry: any(glob.matches(fault.kind) for fault in entry.exchange.faults.applied)


def _body(value: str) -> Predicate:
    needle = value.casefold()
    if needle.isascii():
        raw = needle.encode()
        return lambda entry: any(raw in body.text.lower() for body in (entry.request_body, entry.response_body))

    def matches(entry: JournalEntry) -> bool:
        bodies = (entry.request_body, entry.response_body)
        return any(needle in body.text.decode("utf-8", "replace").casefold() for body in bodies)

    return matches


def _word(term: Term) -> Predicate:
    word = term.value.casefold()
    if not term.quoted:
        if word in OUTCOMES:
            return OUTCOMES[word]
        hint = did_you_mean(word, OUTCOMES)
        if hint:
            message = f'{term.value}: unknown word{hint}; write "{term.value}" to search for the text'
            raise ParseError(message)

    def matches(entry: JournalEntry) -> bool:
        request = entry.exchange.head.request
        query = f"?{mask_query(request.query)}" if request.query else ""
        return word in f"{request.sent_method} {request.path}{query}".casefold()

    return matches
