"""The search language of the journal."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.emulator import RunningEmulator
from support.faults import TEAPOT, fault
from support.journal import fill

from mockorders.apis import discover
from mockorders.formats.parsing import ParseError
from mockorders.observability.request_search import SearchTerms, parse_search
from mockorders.observability.request_search.language import HELP, STATES
from mockorders.observability.request_search.syntax import Term, split_terms
from mockorders.observability.status_filter import OUTCOMES

TERMS = SearchTerms(discover())
PAGE = Path(__file__).parents[2] / "docs/how-to/dashboard.md"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ", []),
        ("rejected", [Term("", "rejected")]),
        ("-rejected", [Term("", "rejected", negated=True)]),
        ("Status:4xx", [Term("status", "4xx")]),
        ('body:"a b" x', [Term("body", "a b", quoted=True), Term("", "x")]),
        (r'body:"say \"hi\" \\"', [Term("body", 'say "hi" \\', quoted=True)]),
        ('-path:"/a b"', [Term("path", "/a b", negated=True, quoted=True)]),
        ("path:/a:b?c=d", [Term("path", "/a:b?c=d")]),
        ("/orders/489", [Term("", "/orders/489")]),
        ('"rejected"', [Term("", "rejected", quoted=True)]),
        ("-", [Term("", "-")]),
        ('x:""', [Term("x", "", quoted=True)]),
    ],
)
def test_terms_of_a_search(text: str, expected: list[Term]) -> None:
    assert expected == list(split_terms(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('body:"note', 'expected a closing quote after body:"note'),
        ("status:", "status: expected a value after the colon"),
        ("statsu:4xx", "statsu: unknown term, did you mean 'status'?; write \"statsu:4xx\" to search for the text"),
        ("ordr:1", "ordr: unknown term, did you mean 'order'?; write \"ordr:1\" to search for the text"),
        ("rejcted", "rejcted: unknown word, did you mean 'rejected'?; write \"rejcted\" to search for the text"),
        ("order:x", "order: expected an id, got 'x'"),
        ("customer:x", "customer: expected an id or none, got 'x'"),
        ("order:-1", "order: expected an id, got '-1'"),
        ("api:shop", "api: expected one of cratejoy, universe, got 'shop'"),
        (" ".join(["x"] * 21), "expected at most 20 terms, got 21"),
    ],
)
def test_message_about_a_wrong_search(text: str, message: str) -> None:
    with pytest.raises(ParseError) as error:
        parse_search(text, TERMS)
    assert message == str(error.value)


def test_message_about_an_unknown_term_lists_the_known_ones() -> None:
    with pytest.raises(ParseError, match="zzz: unknown term, expected one of status, method, path, api, rule, fault"):
        parse_search("zzz:1", TERMS)


def test_message_about_a_wrong_status_lists_the_known_ones() -> None:
    with pytest.raises(ParseError, match=r"status: expected codes, classes such as 4xx, .*, got '4x'"):
        parse_search("status:4x", TERMS)


@given(st.text(max_size=60))
def test_any_text_is_rejected_or_parsed_as_it_is_written(text: str) -> None:
    with suppress(ParseError):
        search = parse_search(text, TERMS)
        assert str(search) == str(parse_search(str(search), TERMS))


NAMES = st.sampled_from(["", "body", "path", "rule"])
QUOTED = st.builds(Term, NAMES, st.text(max_size=12), st.booleans(), st.just(True))


@given(st.lists(QUOTED, max_size=5))
def test_written_terms_are_read_as_they_were(terms: list[Term]) -> None:
    read = list(split_terms(" ".join(map(str, terms))))
    assert [term[:3] for term in terms] == [term[:3] for term in read]


@given(st.lists(st.sampled_from(["status:4xx", "status:2xx", "-status:5xx", "rejected", 'body:"a b"']), max_size=4))
def test_class_is_toggled(texts: list[str]) -> None:
    search = parse_search(" ".join(texts), TERMS)
    toggled = parse_search(search.toggled("status", "2xx"), TERMS)
    assert ("status:2xx" in texts) != ("status:2xx" in map(str, toggled.terms))
    kept = [text for text in texts if not text.startswith("status:")]
    assert kept == [str(term) for term in toggled.terms if term.name != "status" or term.negated]


# ---- what the terms select


async def found(emulator: RunningEmulator, search: str) -> list[int]:
    """Return the ids of the requests that the page shows, ascending."""
    text = (await emulator.control("GET", f"/ui/docs/requests?q={quote(search)}")).text
    rows = text.partition("<tbody data-rows>")[2].partition("</tbody>")[0]
    return sorted(int(each.partition('"')[0]) for each in rows.split('data-request="')[1:])


SEARCHES = [
    ("status:404", [4, 6]),
    ("status:4xx,rejected", [4, 6, 9]),
    ("-status:2xx -fault", [4, 6]),
    ("rejected", [4, 6]),
    ("rejected -status:4xx", []),
    ("method:put", [7]),
    ("path:/orders*", [1, 2, 3, 8, 9]),
    ("api:cratejoy", [5, 6, 7]),
    ("API:Universe -method:HEAD", [1, 2, 3, 4, 9]),
    ("rule:cratejoy.* rejected", [6]),
    ("customer:164", [2]),
    ("customer:none", []),
    ("order:489", [2]),
    ("order:75572230", [5, 7]),
    ('body:"note" path:*75572230*', [7]),
    ('body:"N\\"}" method:PUT', [7]),
    ("body:nowhere", []),
    ("nothing", [4]),
    ('"get /orders/489"', [2, 9]),
    ("@164", [2]),
    ("fault:*", [9]),
    ("fault:stat*", [9]),
    ("fault:delay", []),
    ("fault", [9]),
    ("-fault status:418", []),
]


async def test_terms_select_requests(emulator: RunningEmulator) -> None:
    await fill(emulator)
    await fault(emulator, TEAPOT)
    await emulator.universe("/orders/489", "docs@1")
    results = [(search, await found(emulator, search)) for search, _ in SEARCHES]
    assert SEARCHES == results


async def test_rules_select_the_requests_that_they_applied_to(emulator: RunningEmulator) -> None:
    await fill(emulator)
    requests = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    expected = [int(each["id"]) for each in requests if any(rule.startswith("universe.") for rule in each["rules"])]
    assert expected
    assert expected == await found(emulator, "rule:universe.*")


async def test_body_is_searched_in_any_case_and_language(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "Cafe GRÜN"})
    assert [[1], [1], [1]] == [await found(emulator, f'body:"{text}"') for text in ("grün", "CAFE", "Cafe grÜN")]


# ---- the documentation


def test_every_state_is_explained() -> None:
    assert list(OUTCOMES) == list(STATES)


def test_every_term_with_a_value_is_explained() -> None:
    assert set(HELP) <= set(TERMS.names)
    assert all(str(parse_search(each.example, TERMS)) for each in HELP.values())


def test_page_lists_the_terms() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [(each.example, each.meaning) for each in HELP.values()] + list(STATES.items())
    assert [] == [row for row in rows if "| `{}` | {} |".format(*row) not in page]
