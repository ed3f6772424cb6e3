"""Environment variables of the command line: empty, unknown, and those that are no options."""

import pytest
from support.cli import invoke
from support.processes import serving

from mockorders.environment import is_service_link

PORT = "tcp://10.96.0.12:8080"
LINKS = [
    ("MOCKORDERS_PORT", PORT),
    ("MOCKORDERS_PORT", "udp://10.96.0.12:8080"),
    ("MOCKORDERS_PORT_8080_TCP", PORT),
    ("MOCKORDERS_PORT_8080_TCP_ADDR", "10.96.0.12"),
    ("MOCKORDERS_PORT_8080_TCP_PORT", "8080"),
    ("MOCKORDERS_PORT_8080_TCP_PROTO", "tcp"),
    ("MOCKORDERS_PORT_53_UDP_ADDR", "10.96.0.12"),
    ("MOCKORDERS_SERVICE_HOST", "10.96.0.12"),
    ("MOCKORDERS_SERVICE_PORT", "8080"),
    ("MOCKORDERS_SERVICE_PORT_HTTP", "8080"),
    ("MOCKORDERS_TLS_PORT", "tcp://10.96.0.13:8443"),
    ("MOCKORDERS_TLS_PORT_8443_TCP_ADDR", "10.96.0.13"),
    ("MOCKORDERS_TLS_SERVICE_HOST", "10.96.0.13"),
]
OPTIONS = [
    ("MOCKORDERS_PORT", "8080"),
    ("MOCKORDERS_PORT", ""),
    ("MOCKORDERS_PROT", PORT),
    ("MOCKORDERS_HOST", "tcp://10.96.0.12:8080"),
    ("MOCKORDERS_PORTS_8080_TCP", PORT),
    ("MOCKORDERS_PORT_8080", "1"),
    ("MOCKORDERS_PORT_HTTP_TCP", "1"),
]
IGNORED = f"mockorders: MOCKORDERS_PORT={PORT} is ignored: Kubernetes or Docker set it (see enableServiceLinks)"


@pytest.mark.parametrize(("name", "value"), LINKS)
def test_variable_of_a_service_is_recognized(name: str, value: str) -> None:
    assert is_service_link(name, value)


@pytest.mark.parametrize(("name", "value"), OPTIONS)
def test_other_variable_is_not_of_a_service(name: str, value: str) -> None:
    assert not is_service_link(name, value)


def test_variables_of_a_service_do_not_prevent_startup() -> None:
    with serving("--port", "0", environment=dict(LINKS) | {"MOCKORDERS_PORT": PORT}) as server:
        assert "ok" == server.get("/_mockorders/health")["status"]
        assert [IGNORED] == server.end().err.splitlines()


def test_port_of_a_service_is_not_the_port_of_the_server() -> None:
    ended = invoke("--host", "203.0.113.7", environment={"MOCKORDERS_PORT": PORT})
    assert IGNORED == ended.err.splitlines()[0]
    assert "cannot listen on 203.0.113.7:8080: " in ended.err


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("MOCKORDERS_PROT", ", did you mean 'MOCKORDERS_PORT'?"),
        ("MOCKORDERS_FIXTURE", ", did you mean 'MOCKORDERS_FIXTURES'?"),
        ("MOCKORDERS_ALLOW_ORIGINS", ", did you mean 'MOCKORDERS_ALLOW_ORIGIN'?"),
        ("MOCKORDERS_BAERER", ", did you mean 'MOCKORDERS_BEARER'?"),
        ("MOCKORDERS_", ""),
        ("MOCKORDERS_ZZZ", ""),
    ],
)
@pytest.mark.parametrize("command", ["routes", "fixtures"])
def test_unknown_variable_is_reported(command: str, name: str, advice: str) -> None:
    ended = invoke(command, environment={name: "s3cret"})
    assert (0, f"mockorders: unknown environment variable {name}{advice}\n") == (ended.code, ended.err)


@pytest.mark.parametrize("name", ["KEY", "USER", "CONTROL", "TIMEOUT", "PROFILE", "TLS_KEY", "ALLOW_HOST"])
def test_variable_of_any_command_is_known(name: str) -> None:
    assert "" == invoke("fixtures", environment={f"MOCKORDERS_{name}": ""}).err


@pytest.mark.parametrize("name", ["HOST", "CONTROL_TOKEN", "CREDENTIALS", "TLS_CERT", "TLS_KEY"])
def test_empty_variable_that_restricts_access_is_an_error(name: str) -> None:
    option = f"--{name.lower().replace('_', '-')}"
    message = f"MOCKORDERS_{name}: expected a value, got an empty text; unset the variable to omit {option}"
    assert (2, "", f"mockorders: {message}\n") == invoke(environment={f"MOCKORDERS_{name}": ""})


def test_option_overrides_an_empty_variable_that_restricts_access() -> None:
    ended = invoke("--host", "203.0.113.7", environment={"MOCKORDERS_HOST": ""})
    assert "cannot listen on 203.0.113.7:0" in ended.err


def test_other_empty_variables_count_as_not_set() -> None:
    names = ["FIXTURES", "WATCH", "PROFILE", "STRICT", "CLOCK", "MAX_SANDBOXES", "ALLOW_ORIGIN", "ALLOW_HOST"]
    names += ["JOURNAL_MEMORY", "LOG_FORMAT", "QUIET", "LOG_REQUESTS"]
    with serving("--port", "0", environment={f"MOCKORDERS_{name}": "" for name in [*names, "PORT"]}) as server:
        server.get("/orders?key=x")
        info = server.get("/_mockorders/sandboxes/x")
    assert ("default", "documented") == (info["fixtures"], info["profile"])
