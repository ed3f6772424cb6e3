"""`mockorders validate`: whether recorded or live answers of the real services fit the schemas."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from mockorders.api import Api, discover
from mockorders.commands.failure import Failure, Misuse
from mockorders.commands.report import Report
from mockorders.conformance import Checked, Checker, Endpoint
from mockorders.masking import MASK
from mockorders.recordings import read
from mockorders.wire import Unreadable

CREDENTIALS = ("key", "bearer", "user")
SHORTEST = 4  # what is shorter hides nothing, and would be found everywhere


def run(options: Mapping[str, Any]) -> None:
    """Check what is named, say what was found, and end with the exit code; Misuse for what cannot be checked."""
    if bool(options["files"]) == bool(options["url"]):
        message = "validate: expected files, or --url"
        raise Misuse(message)
    checker = Checker(_apis(options), options["profile"], lax=options["api"] is not None)
    if options["url"]:
        checked, unreadable = _asked(options, checker), list[str]()
    else:
        checked, unreadable = _files(options, checker)
    report = Report(checked, unreadable, allow_new=options["allow_new"])
    text = report.json() if options["json"] else "\n".join(report.lines())
    click.echo(_masked(text, options))
    report.conclude()


def _apis(options: Mapping[str, Any]) -> Sequence[Api]:
    apis, wanted = discover(), options["api"]
    found = [api for api in apis if wanted in {None, api.name}]
    if not found:
        message = f"--api: expected one of {', '.join(api.name for api in apis)}, got {wanted!r}"
        raise Misuse(message)
    return found


def _files(options: Mapping[str, Any], checker: Checker) -> tuple[list[Checked], list[str]]:
    named = _named(options, checker)
    checked: list[Checked] = []
    unreadable = []
    for file in options["files"]:
        try:
            raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            found = [checker.check(recorded, named) for recorded in read(file, raw)]
        except OSError as error:
            unreadable.append(f"{file}: expected a file that can be read: {error.strerror}")
        except Unreadable as error:
            unreadable.append(f"{file}: {error}")
        else:
            checked += [each for each in found if each.endpoint or each.recorded.path]
            unreadable += [f"{file}: {each.skipped}" for each in found if not (each.endpoint or each.recorded.path)]
    return checked, unreadable


def _named(options: Mapping[str, Any], checker: Checker) -> Endpoint | None:
    try:
        return checker.endpoint(options["route"]) if options["route"] else None
    except LookupError as error:
        message = f"--route: {error.args[0]}"
        raise Misuse(message) from error


def _asked(options: Mapping[str, Any], checker: Checker) -> list[Checked]:
    import asyncio

    from mockorders.live import Unreachable, ask

    credentials = {name: options[name] for name in CREDENTIALS if options[name]}
    apis = _apis(options)
    targets = _targets(options["url"], [api for api in apis if any(api.probes[1](credentials))] or apis)

    async def answers() -> list[Checked]:
        seconds = options["timeout"]
        return [checker.check(each) for api, base in targets async for each in ask(api, base, credentials, seconds)]

    try:
        return asyncio.run(answers())
    except Unreachable as error:
        message = f"--url {options['url']}: {error}"
        raise Failure(_masked(message, options)) from error


def _targets(url: str, apis: Sequence[Api]) -> list[tuple[Api, str]]:
    """Give the APIs to ask, each with its base URL: a URL without a path is a server, which has the usual bases."""
    from yarl import URL

    try:
        base = URL(url)
    except ValueError:
        base = URL()
    if base.scheme not in {"http", "https"} or not base.host or base.user or base.query_string or base.fragment:
        message = "--url: expected such as https://api.cratejoy.com/v1, without credential and query"
        raise Misuse(message if base.user else f"{message}, got {url!r}")
    path = base.path.rstrip("/")
    if not path:
        return [(api, f"{url.rstrip('/')}{api.bases[0]}") for api in apis]
    if len(apis) > 1:
        longest = max((base for api in apis for base in api.bases if base and path.endswith(base)), key=len, default="")
        apis = [api for api in apis if longest and longest in api.bases]
    if not apis:
        message = f"--url {url}: expected --api beside a base URL that is none of the usual"
        raise Misuse(message)
    return [(apis[0], url.rstrip("/"))]


def _masked(text: str, options: Mapping[str, Any]) -> str:
    """Hide credentials, should a service say them again, whole or cut off."""
    for secret in _secrets({name: options[name] for name in CREDENTIALS if options[name]}):
        text = text.replace(secret, MASK)
        for end in range(len(secret) - 1, SHORTEST - 1, -1):
            text = text.replace(f"{secret[:end]}...", f"{MASK}...")
    return text


def _secrets(credentials: Mapping[str, str]) -> set[str]:
    """Give the parts of the credentials, as they are named and as they are sent."""
    signed = [value for api in discover() for given in api.probes[1](credentials) for value in given.values()]
    parts = (part for value in (*credentials.values(), *signed) for part in value.replace(":", " ").split())
    return {part for part in parts if len(part) >= SHORTEST and part not in {"Basic", "Bearer"}}
