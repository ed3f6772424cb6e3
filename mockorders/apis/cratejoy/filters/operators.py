"""The operators of filters.

`OPERATORS` defines them, each by a function that builds its comparison with an operand. The function limits the types
of properties: `read` and `read_list` of the operand's type raise InvalidFilterValue for other values, and `_pattern`
for properties other than text. Only `OBJECT_OPERATORS` work on objects and lists.
"""

from collections.abc import Callable, Generator, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.filters.types import BOOLEAN, JSON_TYPES, OBJECT, FieldType, InvalidFilterValue, json_type
from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.matching import Glob
from mockorders.storage.index import Bitmap, SortedIndex

MAX_PATTERN_LENGTH = 2**16  # no query string can have a longer one

Test = Callable[[Any], bool]
Lookup = Callable[[SortedIndex], Bitmap]
IndexQuery = Callable[[SortedIndex], Generator[None, None, Bitmap]]


class Operand(NamedTuple):
    """The value of a filter, JSON if `is_json`, else text; and the type of the property it is compared with."""

    field_type: FieldType
    value: Any
    is_json: bool

    def read(self) -> Any:
        """Return the value as one of the property's type. Raises InvalidFilterValue if it is not."""
        return self.field_type.read(self.value, is_json=self.is_json)

    def read_ranks(self) -> set[Any]:
        """Return the ranks of a list of values. Raises InvalidFilterValue if one is not of the property's type."""
        values = self.field_type.read_list(self.value, is_json=self.is_json)
        return {self.field_type.rank(value) for value in values}


class Comparison(NamedTuple):
    """A comparison with one operand: `test` decides for one value, `query` selects records by a sorted index.

    `query` yields between batches.
    """

    test: Test
    query: IndexQuery


Operator = Callable[[Operand], Comparison]


def compare(operator: str, operand: Operand) -> Comparison:
    """Return the comparison. Raises InvalidFilterValue if the property does not support the operator."""
    if operand.field_type.name == "object" and operator not in OBJECT_OPERATORS:
        message = f"objects and lists support only the operator {' or '.join(OBJECT_OPERATORS)}"
        raise InvalidFilterValue(message)
    return OPERATORS[operator](operand)


def compare_json(operator: str, value: Any) -> Comparison:
    """Return the comparison of any JSON values: as numbers, booleans or text, whichever type a value has.

    Its index has the ranks of `json_rank`. Raises InvalidFilterValue if no type supports the operator with this value.
    """
    if operator in OBJECT_OPERATORS:
        return compare(operator, Operand(OBJECT, value, is_json=False))
    tests: dict[str, Test] = {}
    for field_type in JSON_TYPES:
        try:
            tests[field_type.name] = compare(operator, Operand(field_type, value, is_json=False)).test
        except InvalidFilterValue as error:
            reason = error
    if not tests:
        raise reason

    def test(found: Any) -> bool:
        chosen = tests.get(json_type(found).name)
        return chosen is not None and chosen(found)

    def matches_rank(rank: Any) -> bool:
        return rank[0] != OBJECT.name and test(rank[1])

    return Comparison(test, lambda index: index.matching((operator, value), matches_rank))


def lookup_query(lookup: Lookup) -> IndexQuery:
    """Return a query that an index decides at once."""

    def query(index: SortedIndex) -> Generator[None, None, Bitmap]:
        yield from ()
        return lookup(index)

    return query


def _ranked(holds: Callable[[Any, Any], bool], query: Callable[[SortedIndex, Any], Bitmap]) -> Operator:
    def build(operand: Operand) -> Comparison:
        rank = operand.field_type.rank
        other = rank(operand.read())
        return Comparison(
            lambda value: value is not None and holds(rank(value), other),
            lookup_query(lambda index: query(index, other)),
        )

    return build


def _in(operand: Operand) -> Comparison:
    rank = operand.field_type.rank
    ranks = operand.read_ranks()
    return Comparison(
        lambda value: value is not None and rank(value) in ranks,
        lookup_query(lambda index: index.any_of(ranks)),
    )


def _not_in(operand: Operand) -> Comparison:
    rank = operand.field_type.rank
    ranks = operand.read_ranks()
    return Comparison(
        lambda value: value is not None and rank(value) not in ranks,
        lookup_query(lambda index: index.not_null - index.any_of(ranks)),
    )


def _like(operand: Operand) -> Comparison:
    pattern = Glob(_pattern(operand), "%")

    def test(value: Any) -> bool:
        return value is not None and pattern.matches(value)

    return Comparison(test, lambda index: index.matching(("like", operand.value), test))


def _like_ignoring_case(operand: Operand) -> Comparison:
    pattern = Glob(_pattern(operand).lower(), "%")

    def test(value: Any) -> bool:
        return value is not None and pattern.matches(value.lower())

    return Comparison(test, lambda index: index.matching(("ilike", operand.value), test))


def _pattern(operand: Operand) -> str:
    if operand.field_type.name != "text":
        message = "like and ilike require a text property"
        raise InvalidFilterValue(message)
    if not isinstance(operand.value, str):
        message = f"expected text, got {abbreviate(operand.value)}"
        raise InvalidFilterValue(message)
    if len(operand.value) > MAX_PATTERN_LENGTH:
        message = f"expected a pattern of at most {MAX_PATTERN_LENGTH} characters, got {len(operand.value)}"
        raise InvalidFilterValue(message)
    return operand.value


def _is_null(operand: Operand) -> Comparison:
    wanted = BOOLEAN.read(operand.value, is_json=operand.is_json)
    return Comparison(
        lambda value: (value is None) is wanted,
        lookup_query(lambda index: index.null if wanted else index.not_null),
    )


OPERATORS: Mapping[str, Operator] = {
    "eq": _ranked(eq, SortedIndex.equal),
    "ne": _ranked(ne, lambda index, rank: index.not_null - index.equal(rank)),
    "lt": _ranked(lt, SortedIndex.less_than),
    "le": _ranked(le, SortedIndex.at_most),
    "gt": _ranked(gt, lambda index, rank: index.not_null - index.at_most(rank)),
    "ge": _ranked(ge, lambda index, rank: index.not_null - index.less_than(rank)),
    "like": _like,
    "ilike": _like_ignoring_case,
    "in": _in,
    "nin": _not_in,
    "is_null": _is_null,
}
OBJECT_OPERATORS = ("is_null",)
