"""The page of faults and its form."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from support.dashboard import Reader, form_of, post
from support.emulator import RunningEmulator

from mockorders.sandbox.effects import EFFECTS

CONDITIONS = {
    "/match/api": '"cratejoy"',
    "/match/method": "post",
    "/match/path": "/orders/*",
    "/match/query": "a: b",
    "/match/header": "X-Test: 1",
    "/match/body": '/note: "x"\r\n/id: 5',
    "/times": "2",
    "/after": "1",
    "/probability": "0.5",
    "/stage": '"after"',
}


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
    sent = form_of((await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text)
    parameters = {f"{effect}/effect/{name}": text for name, text in fields.items()}
    assert ({effect}, set(parameters)) == ({sent["effect"]}, set(parameters) & set(sent))
    reply = await post(docs, "/ui/docs/faults", **(sent | parameters | CONDITIONS))
    assert 303 == reply.status, Reader("").messages(reply.text)
    (fault,) = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert {"type": effect, **expected} == fault["effect"]
    assert fault == {
        "match": {
            "api": "cratejoy",
            "method": "post",
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
    assert query == {name: value for name, value in form_of(text).items() if value}


@pytest.mark.parametrize("effect", ["", "nothing", "status"])
async def test_fault_form_begins_with_the_first_effect(docs: RunningEmulator, effect: str) -> None:
    text = (await docs.control("GET", f"/ui/docs/faults?effect={effect}")).text
    assert "status" == form_of(text)["effect"]


async def test_rejected_fault_keeps_all_that_was_typed(docs: RunningEmulator) -> None:
    sent = {
        "effect": "delay",
        "delay/effect/ms": "-1",
        "status/effect/status": "503",
        "/match/path": "/o*",
        "/times": "3",
    }
    reply = await post(docs, "/ui/docs/faults", **sent)
    assert (422, sent) == (reply.status, {name: value for name, value in form_of(reply.text).items() if value})


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
    assert 1 == text.count('<tr class="spent">')
    assert ["1 of 1", "0 of 2", "0"] == re.findall(r'<td class="number">(\d[^<]*)</td>', text)
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
