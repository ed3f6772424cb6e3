"""Which files of the repository are on the site, and where."""

import posixpath
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAGED = ROOT / "build/docs"
TOP_LEVEL = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "development/contributing.md",
    "LICENSE": "LICENSE",
}
FOLDERS = ("docs", "examples", "schemas")
SUFFIXES = {".conf", ".css", ".env", ".js", ".json", ".md", ".png", ".py", ".txt", ".yaml", ".yml"}
SCHEMAS = "schemas/index.md"  # written by `staging`


def site_paths() -> dict[str, str]:
    """Return the path on the site for each path in the repository, files and folders that can be linked."""
    files = {path: _moved(path) for path in _files()}
    return {**TOP_LEVEL, **files, "schemas": SCHEMAS}


def _files() -> Iterator[str]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            relative = path.relative_to(ROOT)
            if path.suffix in SUFFIXES and "node_modules" not in relative.parts:
                yield relative.as_posix()


def _moved(path: str) -> str:
    """Return `docs/x.md` as `x.md`, and a README as the index of its folder."""
    folder, name = posixpath.split(path.removeprefix("docs/"))
    return posixpath.join(folder, "index.md" if name == "README.md" else name)
