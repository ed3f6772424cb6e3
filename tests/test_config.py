"""Options of an emulator that Python passes are validated, as the command line validates its own."""

import re
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.cli import invoke

from mockorders import MockServer, create_app
from mockorders.config import Settings

SIZE = "expected an integer of at least 1, got "
PROFILE = "profile: expected 'documented', 'observed' or None, got "


@pytest.mark.parametrize(
    ("options", "error", "expected"),
    [
        ({"max_sandboxes": 0}, ValueError, f"max_sandboxes: {SIZE}0"),
        ({"max_sandboxes": -1}, ValueError, f"max_sandboxes: {SIZE}-1"),
        ({"max_sandboxes": "5"}, TypeError, f"max_sandboxes: {SIZE}'5'"),
        ({"max_sandboxes": 1.5}, TypeError, f"max_sandboxes: {SIZE}1.5"),
        ({"max_sandboxes": True}, TypeError, f"max_sandboxes: {SIZE}True"),
        ({"max_sandboxes": None}, TypeError, f"max_sandboxes: {SIZE}None"),
        ({"max_memory": 0}, ValueError, f"max_memory: {SIZE}0"),
        ({"max_memory": "1 GiB"}, TypeError, f"max_memory: {SIZE}'1 GiB'"),
        ({"journal_memory": 0}, ValueError, f"journal_memory: {SIZE}0"),
        ({"journal_memory": "64 MiB"}, TypeError, f"journal_memory: {SIZE}'64 MiB'"),
        ({"keep_alive": 0}, ValueError, "keep_alive: expected a positive number of seconds, got 0"),
        ({"keep_alive": float("nan")}, ValueError, "keep_alive: expected a positive number of seconds, got nan"),
        ({"keep_alive": "75"}, TypeError, "keep_alive: expected a positive number of seconds, got '75'"),
        ({"store_journal": "yes"}, TypeError, "store_journal: expected True or False, got 'yes'"),
        ({"store_journal": True}, ValueError, "store_journal: expected a store that has it, see store"),
        ({"profile": "real"}, ValueError, f"{PROFILE}'real'"),
        ({"profile": 1}, TypeError, f"{PROFILE}1"),
        ({"strict": "yes"}, TypeError, "strict: expected True or False, got 'yes'"),
        ({"strict": 1}, TypeError, "strict: expected True or False, got 1"),
        ({"fixtures": 5}, TypeError, "fixtures: expected a text or a list of texts, got 5"),
        ({"fixtures": [5]}, TypeError, "fixtures: expected a list of texts, got 5"),
        ({"fixtures": Path("docs")}, TypeError, "fixtures: expected a text or a list of texts, got "),
        ({"clock": 5}, TypeError, "clock: expected a datetime, ISO 8601 text or None, got 5"),
        ({"clock": datetime(2017, 3, 21)}, ValueError, "clock: expected a timezone-aware datetime, got "),
        ({"clock": "noon"}, ValueError, "clock: expected a time such as 2017-03-21T00:00:00Z, got 'noon'"),
        ({"credentials": ["a"]}, TypeError, "credentials: expected a mapping of names to passwords or None"),
        ({"credentials": {"a": 1}}, TypeError, "credentials: expected a mapping of names to passwords or None"),
        ({"credentials": {1: "a"}}, TypeError, "credentials: expected a mapping of names to passwords or None"),
        ({"credentials": {None: "a"}}, TypeError, "credentials: expected a mapping of names to passwords or None"),
        ({"control_token": 5}, TypeError, "control_token: expected text or None"),
        ({"allow_origins": 5}, TypeError, "allow_origins: expected a list of texts, got 5"),
        ({"allow_origins": [5]}, TypeError, "allow_origins: expected a list of texts, got 5"),
        ({"allow_hosts": [None]}, TypeError, "allow_hosts: expected a list of texts, got None"),
    ],
)
@pytest.mark.parametrize("make", [create_app, MockServer])
def test_invalid_option_names_the_option(
    make: Any, options: dict[str, Any], error: type[Exception], expected: str
) -> None:
    with pytest.raises(error, match=re.escape(expected)):
        make(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"credentials": ["secret"]},
        {"credentials": {"a": b"secret"}},
        {"credentials": {b"secret": None}},
        {"control_token": b"secret"},
    ],
)
def test_secrets_are_not_shown(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as caught:
        create_app(**options)
    assert "secret" not in str(caught.value)


def test_lists_can_be_iterators() -> None:
    settings = Settings(
        allow_origins=(text for text in ("https://a.example",)),  # type: ignore[arg-type]
        allow_hosts=iter(["ci.example"]),  # type: ignore[arg-type]
    )
    assert (("https://a.example",), ("ci.example",)) == (settings.allow_origins, settings.allow_hosts)


@pytest.mark.parametrize("option", ["--max-sandboxes", "--max-memory", "--journal-memory"])
def test_command_line_rejects_the_same_sizes(option: str) -> None:
    ended = invoke(option, "0")
    assert (2, True) == (ended.code, option in ended.err)


@pytest.mark.parametrize("text", [create_app.__doc__, Settings.__doc__])
def test_docstring_names_every_option(text: str) -> None:
    names = {each.name for each in fields(Settings)}
    assert set() == names - set(re.findall(r"\w+", text))
