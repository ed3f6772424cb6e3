"""The controls of a list: headers that sort, and filters by the values of columns."""

from collections.abc import Iterator, Sequence

from mockorders.apis.display import Column
from mockorders.dashboard.listing import ID, Listing, ListQuery, slug
from mockorders.dashboard.templating import with_query


def headers(columns: Sequence[Column], query: ListQuery, path: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the headers of a table: title, kind, the link that sorts by the column, and its current order.

    The first link to a time sorts descending; the link to the current column reverses its order.
    """
    for column in (Column("Id", lambda _, record: record["id"]), *columns):
        name = slug(column) if column.title != "Id" else ID
        is_current = name == query.sort
        descending = not query.descending if is_current else column.kind == "time"
        link = with_query(path, **{**query.parameters, "sort": f"-{name}" if descending else name})
        order = "descending" if query.descending else "ascending"
        yield column.title, column.kind, link, order if is_current else ""


def status_filters(
    columns: Sequence[Column], query: ListQuery, listing: Listing
) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield the name, the title and the values of each filter; one with a single value is left out."""
    for column in columns:
        name = slug(column)
        current = query.values.get(name)
        values = listing.choices.get(name, ())
        shown = values if current is None or current in values else [*values, current]
        if len(values) > 1 or current is not None:
            yield name, column.title, shown
