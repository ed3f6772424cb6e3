"""The GitHub Action, run step by step in a shell, and the recipes of docs/how-to/ci.md."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from support.processes import finish, get
from support.snippets import snippets

import mockorders
from mockorders.cli.main import serve

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "how-to" / "ci.md"
TEXT = PAGE.read_text(encoding="utf-8")
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
INPUTS = {name: each["default"] for name, each in ACTION["inputs"].items()}
VARIABLES = {option.envvar for option in serve.params if isinstance(option, click.Option)}
WORKFLOWS = [yaml.safe_load(block.text) for block in snippets(PAGE, "yaml")]
needs_bash = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash") or not shutil.which("curl"), reason="bash or curl is missing"
)


class Job:
    """The action's steps as a runner runs them, with a folder for temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"

    def step(self, name: str, **inputs: str) -> "subprocess.CompletedProcess[Any]":
        """Run a step in the shell that it names."""
        (step,) = [each for each in STEPS if each["name"].startswith(name)]
        assert "bash" == step["shell"]
        script = self.folder / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        values = {**INPUTS, **inputs}
        variables = {variable: expression(text, values) for variable, text in step.get("env", {}).items()}
        runner = {"RUNNER_TEMP": str(self.folder), "GITHUB_OUTPUT": str(self.output)}
        runner["PIP_COMPILE"] = "0"  # takes longer than the installation
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return finish(command, environment={**runner, **variables}, cwd=ROOT, timeout=300)

    @property
    def url(self) -> str:
        """The output of the action."""
        return self.output.read_text("utf-8").strip().removeprefix("url=")

    def stop(self) -> None:
        """End the emulator, as the end of the job does."""
        os.kill(int((self.folder / "mockorders.pid").read_text()), signal.SIGTERM)


def expression(text: str, inputs: Mapping[str, str]) -> str:
    """Evaluate `${{ inputs.name }}`, and `|| github.action_path`."""
    name = re.fullmatch(r"\$\{\{ inputs\.(\w+)( \|\| github\.action_path)? \}\}", text)
    assert name is not None
    return inputs[name[1]] or (str(ROOT) if name[2] else "")


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Return a job in which the emulator is installed: as a command that runs this interpreter."""
    command = tmp_path / "mockorders" / "bin" / "python"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    command.chmod(0o755)
    job = Job(tmp_path)
    yield job
    job.stop()


@needs_bash
def test_action_starts_the_emulator_and_reports_its_requests(job: Job) -> None:
    started = job.step("Start", fixtures="empty docs", port="0", args="--profile observed --strict")
    assert (0, f"mockorders is ready on {job.url}\n") == (started.returncode, started.stdout)
    assert "error" == get(f"{job.url}/orders/latest?key=mine@1", {})["status"]
    assert ("docs", "observed") == tuple(
        get(f"{job.url}/_mockorders/sandboxes/mine", {})[name] for name in ("fixtures", "profile")
    )
    report = job.step("Report", mode="report").stdout
    assert "GET /orders/latest" in report
    assert "::group::sandbox mine" in report
    assert "    rejected: No order found" in report


@needs_bash
def test_action_fails_if_the_emulator_does_not_start(job: Job) -> None:
    started = job.step("Start", fixtures="nowhere")
    assert (1, True) == (started.returncode, "expected the name of a set" in started.stdout)
    job.stop = lambda: None  # type: ignore[method-assign] # it has ended


@needs_bash
@pytest.mark.slow
def test_action_installs_its_own_version(tmp_path: Path) -> None:
    job = Job(tmp_path)
    installed = job.step("Install")
    assert 0 == installed.returncode, installed.stderr
    job.step("Start", port="0")
    assert mockorders.__version__ == get(f"{job.url}/_mockorders/health", {})["version"]
    job.stop()


def test_inputs_and_outputs_are_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert list(INPUTS) == rows
    assert {"url"} == set(ACTION["outputs"])
    assert "steps.mockorders.outputs.url" in TEXT


def test_documented_workflow_uses_existing_inputs() -> None:
    steps = WORKFLOWS[0]["jobs"]["test"]["steps"]
    used = [set(each["with"]) for each in steps if "mockorders" in each.get("uses", "")]
    assert [{"fixtures"}, {"mode"}] == used
    assert set(INPUTS) >= set().union(*used)


def test_services_set_existing_options_and_use_the_port_of_the_image() -> None:
    (service,) = [each for each in WORKFLOWS if "services" in each.get("jobs", {}).get("test", {})]
    emulator = service["jobs"]["test"]["services"]["mockorders"]
    assert set(emulator["env"]) <= VARIABLES
    assert ["8080:8080"] == emulator["ports"]
    gitlab = WORKFLOWS[-1]["test"]
    assert {"MOCKORDERS_FIXTURES"} == set(gitlab["variables"]) & VARIABLES
    assert "\nEXPOSE 8080\n" in (ROOT / "Dockerfile").read_text("utf-8")


def test_versions_are_that_of_the_package() -> None:
    pages = TEXT + (ROOT / "README.md").read_text("utf-8")
    assert {mockorders.__version__} == set(re.findall(r"(?:@v|#v|:|mockorders-)(\d+\.\d+\.\d+)", pages))


def test_snippets_are_valid() -> None:
    (python,) = snippets(PAGE, "python")
    compile(python.text, "ci.md", "exec")
    assert "mockorders ready on" in python.text
    (container,) = snippets(PAGE, "json")
    assert [8080] == json.loads(container.text)["forwardPorts"]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_node_snippet_is_valid(tmp_path: Path) -> None:
    (script,) = snippets(PAGE, "js")
    file = tmp_path / "snippet.mjs"
    file.write_text(script.text, encoding="utf-8")
    finish(["node", "--check", str(file)], check=True)
