"""The page of a record: its values in cards, with units, links, tables, and what is not set."""

import re
from html import unescape

import pytest
from support.emulator import RunningEmulator

TAG = re.compile(r"<[^>]*>")
ORDER = "cratejoy/orders/75572230"
UNIVERSE_ORDER = "universe/orders/489"


async def cards(emulator: RunningEmulator, path: str) -> dict[str, str]:
    """Return the cards of a record in the sandbox `docs` as text, by title."""
    page = (await emulator.control("GET", f"/ui/docs/records/{path}")).text
    parts = page.partition('<div class="record-cards">')[2].partition('<details class="raw">')[0].split("<h3>")[1:]
    texts = [unescape(" ".join(TAG.sub(" ", part).split())) for part in parts]
    titles = [unescape(part.partition("</h3>")[0]) for part in parts]
    return {title: text.removeprefix(title).strip() for title, text in zip(titles, texts, strict=True)}


@pytest.mark.parametrize(
    ("path", "title", "text"),
    [
        (ORDER, "Dates", "placed at 2017-03-01 00:00:00 UTC"),
        (ORDER, "References", "customer Grace Holloway (586402305)"),
        (ORDER, "Amounts", "total 35.00 3500 cents"),
        (ORDER, "Amounts", "Not set: prorated charge, refund applied"),
        (ORDER, "products", "The Sweater Box (645769439) 35.00 1"),
        (ORDER, "Not set", "order gift info, coupons"),
        (UNIVERSE_ORDER, "totals", "shipping 10.0 discount 5.0 subtotal 50.0 total 50.0"),
        (UNIVERSE_ORDER, "plan", "duration 12 months"),
        (UNIVERSE_ORDER, "plan · package", "description Package description"),
        (UNIVERSE_ORDER, "billing address", "city Oakland"),
        (UNIVERSE_ORDER, "shipment 1 · items", "Item 1 Option 1"),
        (UNIVERSE_ORDER, "Options", "completed true"),
    ],
)
async def test_values_are_in_cards(docs: RunningEmulator, path: str, title: str, text: str) -> None:
    assert text in (await cards(docs, path))[title]


async def test_references_are_links_with_names(docs: RunningEmulator) -> None:
    page = (await docs.control("GET", f"/ui/docs/records/{ORDER}")).text
    link = '<a href="/_mockorders/ui/docs/records/cratejoy/product_instances/645769439"><bdi>The Sweater Box'
    assert link in page


async def test_a_long_list_is_cut_and_says_so(docs: RunningEmulator) -> None:
    order = (await docs.control("GET", f"/sandboxes/docs/records/{ORDER}")).json
    lines = [{**order["products"][0], "id": number} for number in range(60)]
    await docs.control("PUT", f"/sandboxes/docs/records/{ORDER}", json={**order, "products": lines})
    assert (await cards(docs, ORDER))["products"].endswith("and 10 more, see the JSON below")


async def test_a_page_without_a_lifecycle_has_no_empty_column(docs: RunningEmulator) -> None:
    page = (await docs.control("GET", "/ui/docs/records/universe/customers/2")).text
    assert ("Lifecycle" in page, 'class="columns"' in page) == (False, False)
