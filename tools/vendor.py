"""Download the vendored files again: `make vendor`.

Each `vendored.json` below `mockorders/control/static/` names an npm package, its version, its license and the files
used. The files are written next to it, scripts and style sheets compressed, and their digests are updated. To upgrade,
change the version there first.
"""

import gzip
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).parent.parent / "mockorders/control/static"
COMPRESSED = {".css", ".js"}


def main() -> None:
    """Fetch the files of every package."""
    for listed in sorted(STATIC.rglob("vendored.json")):
        stated = json.loads(listed.read_text(encoding="utf-8"))
        files = fetch(f"{stated['package']}@{stated['version']}", list(stated["files"]))
        for name, body in files.items():
            write(listed.parent / name, body)
        stated["files"] = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
        listed.write_text(json.dumps(stated, indent=2) + "\n", encoding="utf-8")


def fetch(package: str, names: list[str]) -> dict[str, bytes]:
    """Return files of a package from npm's registry. Raises KeyError if one is missing."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            members = {name: packed.extractfile(f"package/{name}") for name in names}
            return {name: member.read() for name, member in members.items() if member is not None}


def write(path: Path, body: bytes) -> None:
    """Write a file, compressed if it is served to browsers; the output is deterministic."""
    if path.suffix in COMPRESSED:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(body, 9, mtime=0))
    else:
        path.write_bytes(body)


if __name__ == "__main__":
    main()
