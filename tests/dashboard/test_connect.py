"""The code examples of the page Connect: each of them runs, or is the one that the documentation tests."""

import asyncio
import json
import re
import shlex
import shutil
import sys
from html import unescape
from pathlib import Path

import pytest
from support.emulator import RunningEmulator, Start
from support.processes import finish, run_pytest

UNIVERSE = "Universe orders API"
CRATEJOY = "Cratejoy Merchant API"
DOCS = Path(__file__).parents[2] / "docs"


async def snippets(emulator: RunningEmulator) -> dict[str, str]:
    """Return the code on the page by its label, such as `curl for the Universe orders API`."""
    text = (await emulator.control("GET", "/ui/docs/connect")).text
    found = re.findall(
        r'<pre id="[^"]+" tabindex="0" role="region" aria-label="([^"]+)"><code>(.*?)</code>', text, re.DOTALL
    )
    return {label: unescape(code) for label, code in found}


async def run(command: list[str]) -> str:
    """Run a command and return what it prints."""
    done = await asyncio.to_thread(finish, command, check=True)
    return str(done.stdout)


@pytest.mark.parametrize(("api", "name"), [(UNIVERSE, "orders"), (CRATEJOY, "results")])
async def test_curl_lines_run(docs: RunningEmulator, api: str, name: str) -> None:
    line = (await snippets(docs))[f"curl for the {api}"]
    assert 2 == len(json.loads(await run(shlex.split(line)))[name])


@pytest.mark.parametrize("api", [UNIVERSE, CRATEJOY])
async def test_python_lines_run(docs: RunningEmulator, api: str) -> None:
    code = (await snippets(docs))[f"Python for the {api}"]
    assert "2\n" == await run([sys.executable, "-c", f"{code}\nprint(len(orders))"])


async def test_lines_that_log_in_run(docs: RunningEmulator) -> None:
    await docs.control("PATCH", "/sandboxes/docs", json={"current_customer": 164})
    codes = await snippets(docs)
    await docs.control("PATCH", "/sandboxes/docs", json={"current_customer": None})
    one = json.loads(await run(shlex.split(codes[f"Log in, one request for the {UNIVERSE}"])))
    assert ["ok", 489] == [one["status"], one["orders"][0]["id"]]
    await run(shlex.split(codes[f"Log in, all other requests for the {UNIVERSE}"]))
    assert 164 == (await docs.control("GET", "/sandboxes/docs")).json["current_customer"]


async def test_pytest_examples_pass(docs: RunningEmulator, tmp_path: Path) -> None:
    codes = await snippets(docs)
    for number, api in enumerate((UNIVERSE, CRATEJOY)):
        (tmp_path / f"test_{number}.py").write_text(codes[f"pytest for the {api}"], encoding="utf-8")
    program, *options = shlex.split(codes["pytest with this server"])
    done = await asyncio.to_thread(run_pytest, *options, "-q", str(tmp_path), plugins=["mockorders"])
    assert ("pytest", True) == (program, "2 passed" in done.stdout), done.stdout


async def test_playwright_example_is_that_of_the_documentation(docs: RunningEmulator) -> None:
    await docs.control("PATCH", "/sandboxes/docs", json={"current_customer": 164})
    code = (await snippets(docs))[f"Playwright for the {UNIVERSE}"]
    assert code in (DOCS / "how-to/javascript.md").read_text(encoding="utf-8")


async def test_variables_are_base_urls_and_keys(docs: RunningEmulator) -> None:
    values = dict(line.split("=") for line in (await snippets(docs))[".env"].splitlines())
    expected = {
        "VITE_CRATEJOY_URL": f"{docs.url}/v1",
        "VITE_CRATEJOY_KEY": "docs",
        "VITE_UNIVERSE_URL": f"{docs.url}/api/v1",
        "VITE_UNIVERSE_KEY": "docs",
    }
    assert expected == values


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
async def test_proxy_of_vite_has_all_paths(docs: RunningEmulator, tmp_path: Path) -> None:
    config = tmp_path / "vite.config.mjs"
    config.write_text((await snippets(docs))["vite.config.js"], encoding="utf-8")
    code = f"import config from {json.dumps(config.as_uri())}; console.log(JSON.stringify(config.server.proxy))"
    printed = await run(["node", "--input-type=module", "-e", code])
    assert dict.fromkeys(["/v1", "/api/v1", "/_mockorders"], docs.url) == json.loads(printed)


async def test_secret_is_only_shown_if_there_is_one(start: Start) -> None:
    emulator = await start()
    await emulator.control("GET", "/sandboxes/docs/state")
    assert "Every client secret is accepted." in (await emulator.control("GET", "/ui/docs/connect")).text
    strict = await start(credentials={"docs": "s3cret"})
    await strict.control("GET", "/sandboxes/docs/state")
    assert "The client secret is <code>s3cret</code>." in (await strict.control("GET", "/ui/docs/connect")).text


async def test_names_with_special_characters_are_quoted(docs: RunningEmulator) -> None:
    name = 'it\'s&"x"'
    await docs.control("PUT", "/sandboxes/it%27s%26%22x%22", json={"fixtures": "docs"})
    text = unescape((await docs.control("GET", "/ui/it%27s%26%22x%22/connect")).text)
    line = text.partition('aria-label="curl for the Universe orders API"><code>')[2].partition("</code>")[0]
    assert "ok" == json.loads(await run(shlex.split(line)))["status"]
    assert json.dumps(name) in text
