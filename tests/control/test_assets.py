"""The packaged assets: how they are served, and the origin of the vendored ones."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from support.emulator import RunningEmulator

from mockorders.control import assets

VENDORED = sorted(assets.FOLDERS[""].rglob("vendored.json"))
BUNDLE = "viewer/swagger-ui-bundle.js"


def path(name: str) -> str:
    return assets.url(name).removeprefix("/_mockorders")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1.0, GZIP;q=0.5", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("gzip; q=0.0", None),
        ("x-gzipped", None),
    ],
)
async def test_asset_is_sent_in_an_encoding_the_browser_accepts(
    emulator: RunningEmulator, accepted: str, coding: str | None
) -> None:
    reply = await emulator.control("GET", path(BUNDLE), headers={"Accept-Encoding": accepted})
    assert (200, coding) == (reply.status, reply.headers.get("Content-Encoding"))
    assert digest_of(BUNDLE) == hashlib.sha256(reply.body).hexdigest()  # decompressed by the client


async def test_asset_is_immutable_and_has_its_content_type(emulator: RunningEmulator) -> None:
    headers = (await emulator.control("GET", path(BUNDLE))).headers
    expected = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    assert expected == {name: headers[name] for name in expected}


@pytest.mark.parametrize(
    "wrong",
    [
        f"/static/{'0' * 16}/{BUNDLE}",
        path(BUNDLE).replace(BUNDLE, "viewer/vendored.json"),
        path(BUNDLE).replace(BUNDLE, "../application.py"),
        path(BUNDLE).replace(BUNDLE, "..%2Fapplication.py"),
        path(BUNDLE).replace(BUNDLE, "viewer/"),
        "/static/",
    ],
)
async def test_other_files_are_not_served(emulator: RunningEmulator, wrong: str) -> None:
    reply = await emulator.control("GET", wrong)
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


@pytest.mark.parametrize("listed", VENDORED, ids=lambda listed: listed.parent.name)
def test_vendored_files_are_those_of_the_stated_package(listed: Path) -> None:
    stated = json.loads(listed.read_text(encoding="utf-8"))
    assert stated["files"] == {
        name: hashlib.sha256(vendored(listed.parent, name)).hexdigest() for name in stated["files"]
    }
    assert {"package", "version", "license", "files"} == set(stated)


@pytest.mark.parametrize("listed", VENDORED, ids=lambda listed: listed.parent.name)
def test_vendored_files_include_their_license(listed: Path) -> None:
    assert (listed.parent / "LICENSE").stat().st_size > 0


def digest_of(name: str) -> str:
    folder, _, file = name.partition("/")
    stated = json.loads((assets.FOLDERS[""] / folder / "vendored.json").read_text(encoding="utf-8"))
    return str(stated["files"][file])


def vendored(folder: Path, name: str) -> bytes:
    packed = folder / f"{name}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
