"""Countries of addresses."""

ICONS = {
    "AU": "Australia.png",
    "CA": "Canada.png",
    "DE": "Germany.png",
    "FR": "France.png",
    "GB": "United-Kingdom.png",
    "US": "United-States.png",
}
"""The file name of the flag icon by country code; other countries have none."""
