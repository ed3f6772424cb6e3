"""The event loop of `mockorders serve`: uvloop where it is installed."""

import sys
from types import ModuleType

import pytest

from mockorders.cli import serve


def test_uvloop_is_used_if_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    uvloop = ModuleType("uvloop")
    vars(uvloop)["new_event_loop"] = object()
    monkeypatch.setitem(sys.modules, "uvloop", uvloop)
    assert vars(uvloop)["new_event_loop"] is serve._loop_factory()


def test_default_event_loop_is_used_without_uvloop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert serve._loop_factory() is None
