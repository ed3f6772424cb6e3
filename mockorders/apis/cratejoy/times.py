"""Times as clients of Cratejoy write them."""

from datetime import UTC, datetime

from mockorders.formats.timestamps import parse_time


def read_time(text: str) -> datetime:
    """Parse a time in any ISO 8601 format, or a date such as `12/27/2014`, in UTC if it has no offset.

    Raises ValueError if the text is neither.
    """
    try:
        return parse_time(text)
    except ValueError:
        return datetime.strptime(text.strip(), "%m/%d/%Y").replace(tzinfo=UTC)
