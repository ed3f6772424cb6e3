"""The page of faults and its form."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from support.dashboard import Fields, Reader, post
from support.emulator import RunningEmulator

from mockorders.sandbox.effects import EFFECTS

CONDITIONS = {
    "/match/api": '"cratejoy"',
    "/match/method": '"POST"',
    "/match/path": "/orders/*",
    "/match/query": "a: b",
    "/match/header": "X-Test: 1",
    "/match/body": '/note: "x"\r\n/id: 5',
    "/times": "2",
    "/after": "1",
    "/probability": "0.5",
    "/stage": '"after"',
}


def custom_form(text: str) -> dict[str, str]:
    """Return the fields of the form with all effects."""
    return Fields(text[text.index('<details class="card custom"') :].partition("</form>")[0]).sent


@pytest.mark.parametrize(
    ("effect", "fields", "expected"),
    [
        (
            "status",
            {"status": "503", "body": '{"a": 1}', "headers": "X-A: b\r\nX-C: d:e"},
            {"status": 503, "body": {"a": 1}, "headers": {"X-A": "b", "X-C": "d:e"}},
        ),
        ("status", {"status": "500", "body": "plain text"}, {"status": 500, "body": "plain text"}),
        ("delay", {"ms": "200.5"}, {"ms": 200.5}),
        ("delay", {"uniform/0": "1", "uniform/1": "5"}, {"uniform": [1, 5]}),
        ("delay", {"lognormal/median": "20", "lognormal/sigma": "0.5"}, {"lognormal": {"median": 20, "sigma": 0.5}}),
        ("reset", {}, {}),
        ("close", {}, {}),
        ("truncate", {"bytes": "10"}, {"bytes": 10}),
        ("drip", {"bytes_per_second": "100"}, {"bytes_per_second": 100}),
        ("malformed", {}, {}),
        ("drift", {"pointer": "/id", "how": '"wrong_type"'}, {"pointer": "/id", "how": "wrong_type"}),
        ("rate_limit", {"requests": "3", "window": "60"}, {"requests": 3, "window": 60}),
    ],
)
async def test_fault_is_added_with_every_parameter(
    docs: RunningEmulator, effect: str, fields: dict[str, str], expected: dict[str, Any]
) -> None:
    sent = custom_form((await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text)
    parameters = {f"{effect}/effect/{name}": text for name, text in fields.items()}
    assert ({effect}, set(parameters)) == ({sent["effect"]}, set(parameters) & set(sent))
    reply = await post(docs, "/ui/docs/faults", **(sent | parameters | CONDITIONS))
    assert 303 == reply.status, Reader("").messages(reply.text)
    (fault,) = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert {"type": effect, **expected} == fault["effect"]
    assert fault == {
        "match": {
            "api": "cratejoy",
            "method": "POST",
            "path": "/orders/*",
            "query": {"a": "b"},
            "header": {"X-Test": "1"},
            "body": {"/note": "x", "/id": 5},
        },
        "effect": fault["effect"],
        "times": 2,
        "after": 1,
        "probability": 0.5,
        "stage": "after",
        "paused": False,
        "id": "1",
        "hits": 0,
        "remaining": 2,
    }


async def test_fault_form_is_filled_with_the_query(docs: RunningEmulator) -> None:
    query = {
        "effect": "drift",
        "drift/effect/pointer": "/a b",
        "delay/effect/ms": "5",
        "/match/path": "/o*",
        "/times": "x",
    }
    text = (await docs.control("GET", f"/ui/docs/faults?{urlencode(query)}")).text
    assert query == {name: value for name, value in custom_form(text).items() if value}


@pytest.mark.parametrize("effect", ["", "nothing", "status"])
async def test_fault_form_begins_with_the_first_effect(docs: RunningEmulator, effect: str) -> None:
    text = (await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text
    assert "status" == custom_form(text)["effect"]


async def test_rejected_fault_keeps_all_that_was_typed(docs: RunningEmulator) -> None:
    sent = {
        "effect": "delay",
        "delay/effect/ms": "-1",
        "status/effect/status": "503",
        "/match/path": "/o*",
        "/times": "3",
    }
    reply = await post(docs, "/ui/docs/faults", **sent)
    assert (422, sent) == (reply.status, {name: value for name, value in custom_form(reply.text).items() if value})


async def test_only_parameters_of_the_chosen_effect_are_sent(docs: RunningEmulator) -> None:
    sent = {"effect": "reset", "delay/effect/ms": "x", "status/effect/status": "503"}
    assert 303 == (await post(docs, "/ui/docs/faults", **sent)).status
    (fault,) = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert {"type": "reset"} == fault["effect"]


async def test_fault_form_offers_every_effect(docs: RunningEmulator) -> None:
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert list(EFFECTS) == re.findall(r'type="radio" name="effect" id="effect-\w+" value="(\w+)"', text)


async def test_spent_fault_is_marked_and_not_counted(docs: RunningEmulator) -> None:
    for times in ("1", "2", ""):
        sent = {"effect": "status", "status/effect/status": "503", "/match/path": "/orders", "/times": times}
        assert 303 == (await post(docs, "/ui/docs/faults", **sent)).status
    await docs.universe("/orders", key="docs")
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert ["spent", "active", "active"] == re.findall(r'<li class="fault (\w+)"', text)
    assert ["1 of 1", "0 of 2", "0"] == re.findall(r'<div class="hits"><b>([^<]*)</b>', text)
    assert '<span class="chip warn">2 faults</span>' in text


async def test_sandbox_with_only_spent_faults_shows_no_count(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/faults", effect="status", **{"status/effect/status": "503", "/times": "1"})
    await docs.universe("/orders", key="docs")
    assert "chip warn" not in (await docs.control("GET", "/ui/docs/state")).text


async def test_faults_are_removed(docs: RunningEmulator) -> None:
    for _ in range(3):
        await post(docs, "/ui/docs/faults", effect="reset")
    await post(docs, "/ui/docs/faults/2/remove")
    left = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert ["1", "3"] == [fault["id"] for fault in left]
    await post(docs, "/ui/docs/faults/clear")
    assert 0 == (await docs.control("GET", "/sandboxes/docs/faults")).json["count"]
    assert 404 == (await post(docs, "/ui/docs/faults/1/remove")).status


# Changing and pausing


async def faults(docs: RunningEmulator) -> list[dict[str, Any]]:
    """Return the faults of the sandbox."""
    return list((await docs.control("GET", "/sandboxes/docs/faults")).json["faults"])


async def test_fault_is_edited(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/faults", effect="delay", **{"delay/effect/ms": "5", "/match/path": "/o*", "/times": "3"})
    sent = custom_form((await docs.control("GET", "/ui/docs/faults/1/edit")).text)
    assert ("5", "/o*", "3") == (sent["delay/effect/ms"], sent["/match/path"], sent["/times"])
    reply = await post(docs, "/ui/docs/faults/1/edit", **(sent | {"effect": "reset", "/times": "4"}))
    assert (303, "/_mockorders/ui/docs/faults?notice=fault-changed") == (reply.status, reply.headers["Location"])
    (fault,) = await faults(docs)
    assert ("1", {"type": "reset"}, 4, {"path": "/o*"}) == (
        fault["id"],
        fault["effect"],
        fault["times"],
        fault["match"],
    )


async def test_invalid_edit_changes_nothing(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/faults", effect="delay", **{"delay/effect/ms": "5"})
    before = await faults(docs)
    reply = await post(docs, "/ui/docs/faults/1/edit", effect="delay", **{"delay/effect/ms": "-5"})
    assert (422, "-5") == (reply.status, custom_form(reply.text)["delay/effect/ms"])
    assert before == await faults(docs)
    assert [404, 404] == [
        (await docs.control("GET", "/ui/docs/faults/2/edit")).status,
        (await post(docs, "/ui/docs/faults/2/edit", effect="reset")).status,
    ]


async def test_fault_is_paused_and_resumed(docs: RunningEmulator) -> None:
    await post(docs, "/ui/docs/faults", effect="status", **{"status/effect/status": "503"})
    await post(docs, "/ui/docs/faults/1/pause", paused="true")
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert ["paused"] == re.findall(r'<li class="fault (\w+)"', text)
    assert "chip warn" not in text
    sent = custom_form((await docs.control("GET", "/ui/docs/faults/1/edit")).text)
    await post(docs, "/ui/docs/faults/1/edit", **sent)
    assert [True] == [each["paused"] for each in await faults(docs)]
    await post(docs, "/ui/docs/faults/1/pause", paused="false")
    assert [False] == [each["paused"] for each in await faults(docs)]
    assert 404 == (await post(docs, "/ui/docs/faults/9/pause", paused="true")).status


# What a fault would have hit


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "Of 3 requests in the journal, 3 match."),
        ({"/match/method": '"POST"'}, "Of 3 requests in the journal, 1 matches."),
        ({"/match/path": "/orders*"}, "Of 3 requests in the journal, 1 matches."),
        ({"/match/path": "/v1/*", "/match/method": '"GET"'}, "Of 3 requests in the journal, 1 matches."),
        ({"/match/body": '/note: "x"'}, "Of 3 requests in the journal, 1 matches."),
        ({"/match/body": '/note: "y"'}, "Of 3 requests in the journal, 0 match."),
        ({"/match/header": "X-Test: 1"}, "Of 3 requests in the journal, 1 matches."),
        ({"/times": "1"}, "Of 3 requests in the journal, 3 match, and 1 would have been hit."),
        ({"/after": "1"}, "Of 3 requests in the journal, 3 match, and 2 would have been hit."),
        ({"/probability": "0.4"}, "Of 3 requests in the journal, 3 match, and about 1 would have been hit."),
        (
            {"effect": "rate_limit"},
            "Of 3 requests in the journal, 3 match, of which those above the quota would get a 429.",
        ),
        ({"/match/path": "orders"}, "The conditions are not complete yet."),
        ({"/times": "x"}, "The conditions are not complete yet."),
    ],
)
async def test_page_counts_what_a_fault_would_have_hit(
    docs: RunningEmulator, query: dict[str, str], expected: str
) -> None:
    await docs.cratejoy("POST", "/v1/orders/", json={"note": "x"})
    await docs.cratejoy("GET", "/v1/orders/", headers={"X-Test": "1"})
    text = (await docs.control("GET", f"/ui/docs/faults?{urlencode(query)}")).text
    found = re.search(r'<p class="would".*?>(.*?)</p>', text, re.DOTALL)
    assert found is not None
    assert expected == " ".join(re.sub("<[^>]*>", "", found[1]).split())


async def test_values_with_decimals_are_shown(docs: RunningEmulator) -> None:
    fault = {"effect": {"type": "reset"}, "match": {"body": {"/total": 1.5}}}
    assert 201 == (await docs.control("POST", "/sandboxes/docs/faults", json=fault)).status
    text = (await docs.control("GET", "/ui/docs/faults")).text
    assert "/total=1.5" in text
