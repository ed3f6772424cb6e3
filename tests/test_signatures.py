"""Signatures and `help` of the public functions, and types that must agree with the schemas."""

import inspect
import pydoc
import re
import sys
from collections.abc import Callable
from dataclasses import fields
from itertools import chain
from typing import Any, Literal, assert_type, get_args, get_type_hints

import pytest
from support.processes import finish

import mockorders
from mockorders import AppOptions, AsyncSandbox, Mockorders, MockServer, Sandbox, create_app, testing
from mockorders.client.apis.cratejoy import CratejoyOrder, SyncCratejoy
from mockorders.client.apis.universe import SyncUniverse
from mockorders.client.descriptors import EndpointMethod
from mockorders.client.endpoints import SandboxApi
from mockorders.client.fault_endpoints import MATCH_OPTIONS, RULE_OPTIONS
from mockorders.client.models import Effect, FaultInfo, FaultMatch, FaultOptions, RecordedRequest, RequestFilters
from mockorders.client.sandbox import AsyncClock, EmulatorClient, SyncClock
from mockorders.config import Settings
from mockorders.pipeline import fault_injection
from mockorders.sandbox.effects import EFFECTS, EffectType
from mockorders.sandbox.faults import DEFAULTS
from mockorders.validation.schemas import read_schema

CALLS = [name for name in dir(SandboxApi) if isinstance(inspect.getattr_static(SandboxApi, name), EndpointMethod)]


def parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(function).parameters)


# ---- the server


@pytest.mark.parametrize("function", [create_app, MockServer])
def test_every_option_is_shown_with_its_default(function: Callable[..., Any]) -> None:
    actual = {name: each.default for name, each in parameters(function).items() if name != "port"}
    assert {each.name: getattr(Settings(), each.name) for each in fields(Settings)} == actual


def test_port_of_a_server_is_shown() -> None:
    assert 0 == parameters(MockServer)["port"].default


def test_options_of_another_module_are_typed() -> None:
    options: AppOptions = {"fixtures": "docs", "strict": True}
    server = MockServer(**options)
    assert "" == server.url


def test_misspelled_option_is_a_mypy_error() -> None:
    with pytest.raises(TypeError, match="strikt"):
        create_app(strikt=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="strikt"):
        MockServer(strikt=True)  # type: ignore[call-arg]


# ---- the client


@pytest.mark.parametrize("name", CALLS)
def test_method_is_a_function_of_the_class(name: str) -> None:
    function = getattr(Sandbox, name)
    assert inspect.isfunction(function)
    assert name == function.__name__
    assert function is getattr(Sandbox, name)


@pytest.mark.parametrize("name", CALLS)
def test_method_of_an_async_client_is_a_coroutine_function(name: str) -> None:
    assert not inspect.iscoroutinefunction(getattr(Sandbox, name))
    assert inspect.iscoroutinefunction(getattr(AsyncSandbox, name))
    assert inspect.signature(getattr(Sandbox, name)) == inspect.signature(getattr(AsyncSandbox, name))


def test_method_of_an_instance_is_bound() -> None:
    sandbox = Sandbox("http://localhost", "docs")
    assert inspect.ismethod(sandbox.fault)
    assert ["kind", *FaultOptions.__annotations__] == list(parameters(sandbox.fault))


def test_signature_has_real_types() -> None:
    assert "(self, t: datetime.datetime | str | None = None) -> mockorders.client.models.ClockInfo" == str(
        inspect.signature(SyncClock.freeze)
    )
    assert "(self) -> None" == str(inspect.signature(Sandbox.clear_faults))
    assert FaultInfo is inspect.signature(Sandbox.fault).return_annotation
    assert list[RecordedRequest] == get_type_hints(AsyncSandbox.requests)["return"]


def test_options_are_shown_one_by_one() -> None:
    actual = parameters(Sandbox.fault)
    assert ["self", "kind", *get_type_hints(FaultOptions)] == list(actual)
    assert Effect == actual["kind"].annotation
    assert (Literal["before", "after"], "...") == (actual["stage"].annotation, repr(actual["stage"].default))
    assert ["self", *get_type_hints(RequestFilters)] == list(parameters(Sandbox.har))


def test_properties_of_a_record_are_shown_one_by_one() -> None:
    assert ["self", *get_type_hints(CratejoyOrder)] == list(parameters(SyncCratejoy.add_order))


def test_help_shows_a_method() -> None:
    text = pydoc.plain(pydoc.render_doc(Sandbox.info))
    assert "info(self) -> mockorders.client.models.SandboxInfo\n    Return the sandbox's settings." in text
    text = pydoc.plain(pydoc.render_doc(Sandbox))
    assert re.search(r"fault\(\s*\|?\s*self,\s*\|?\s*kind: Literal\['status', ", text)  # since 3.13 on several lines


def test_other_clients_have_signatures_too() -> None:
    assert ["self"] == list(parameters(EmulatorClient.health))
    assert ["self", "t"] == list(parameters(AsyncClock.freeze))


def test_misspelled_argument_is_a_mypy_error() -> None:
    sandbox = Sandbox("http://localhost:1", "docs")
    calls: list[Callable[[], Any]] = [
        lambda: sandbox.fault("reset", stagr="after"),  # type: ignore[call-arg]
        lambda: sandbox.clock.advance(second=1),  # type: ignore[call-arg]
        lambda: Sandbox.info(sandbox, 1),  # type: ignore[call-arg]
    ]
    for call in calls[1:]:
        with pytest.raises(TypeError):
            call()


def test_unknown_effect_is_a_mypy_error() -> None:
    sandbox = Sandbox("http://localhost:1", "docs")
    with pytest.raises(ConnectionError):
        sandbox.fault("resett")  # type: ignore[arg-type]


# ---- the sandbox of a test


def test_each_shipped_api_is_declared() -> None:
    sandbox = Mockorders("http://localhost", "docs")
    assert_type(sandbox.universe, SyncUniverse)
    assert "http://localhost/v1" == sandbox.cratejoy.base_url
    with pytest.raises(AttributeError, match="universs"):
        _ = sandbox.universs  # type: ignore[attr-defined]


def test_type_of_the_fixture_needs_no_pytest() -> None:
    script = "import sys; sys.modules['pytest'] = None; from mockorders import Mockorders; print(Mockorders.__name__)"
    assert "Mockorders" == finish([sys.executable, "-c", script], check=True).stdout.strip()


def test_misspelled_name_of_the_package_is_a_mypy_error() -> None:
    with pytest.raises(AttributeError, match="Mockorder"):
        _ = mockorders.Mockorder  # type: ignore[attr-defined]


def test_types_of_the_fixtures_are_public() -> None:
    assert ["ApiAccess", "Mockorders", "MockordersFactory"] == [
        getattr(testing, name).__name__ for name in testing.__all__
    ]
    with pytest.raises(AttributeError, match="no attribute 'Mock'"):
        _ = testing.Mock  # type: ignore[attr-defined]


# ---- the schemas


def schemas_of_effects() -> dict[str, set[str]]:
    """Return the parameters of each effect."""
    parameters: dict[str, set[str]] = {}
    for case in read_schema("control/effect")["allOf"]:
        names = case["if"]["properties"]["type"]["enum"]
        parameters |= dict.fromkeys(names, set(case["then"]["properties"]) - {"type"})
    return parameters


def test_effects_are_those_of_the_schema() -> None:
    assert list(get_args(Effect)) == read_schema("control/effect")["properties"]["type"]["enum"]
    assert set(get_args(Effect)) == set(schemas_of_effects())


def test_options_of_a_fault_are_those_of_the_schemas() -> None:
    fault = read_schema("control/fault")["properties"]
    match = set(fault["match"]["properties"])
    rule = set(fault) - {"effect", "match"}
    effect = set(chain.from_iterable(schemas_of_effects().values()))
    assert match == set(FaultMatch.__annotations__)
    assert rule == set(RULE_OPTIONS)
    assert match - {"body"} == set(MATCH_OPTIONS)
    assert {*rule, *effect, *MATCH_OPTIONS, "match"} == set(FaultOptions.__annotations__)


def test_literals_are_those_of_the_schemas() -> None:
    hints = get_type_hints(FaultOptions)
    drift = next(each for each in read_schema("control/effect")["allOf"] if "pointer" in each["then"]["properties"])
    stage = read_schema("control/fault")["properties"]["stage"]
    assert stage["enum"] == list(get_args(hints["stage"]))
    assert drift["then"]["properties"]["how"]["enum"] == list(get_args(hints["how"]))


def test_table_of_effects_names_those_of_the_schema() -> None:
    assert list(get_args(Effect)) == list(EFFECTS)
    schemas = schemas_of_effects()
    assert all(each.first_parameter in {None, *schemas[effect]} for effect, each in EFFECTS.items())


def test_defaults_of_a_fault_are_those_of_the_schema() -> None:
    properties = read_schema("control/fault")["properties"]
    assert {name: properties[name].get("default") for name in ("match", *RULE_OPTIONS)} == DEFAULTS


@pytest.mark.parametrize(
    "effects", [{**EFFECTS, "reorder": EffectType()}, {**EFFECTS, "blank": EffectType(always_after=True)}]
)
def test_effect_without_a_function_aborts_startup(
    monkeypatch: pytest.MonkeyPatch, effects: dict[str, EffectType]
) -> None:
    monkeypatch.setattr(fault_injection, "EFFECTS", effects)
    with pytest.raises(LookupError, match=f"differ: {[*effects][-1]}"):
        create_app()
