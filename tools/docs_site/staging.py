"""Copies the pages into one folder, with links and lists as the site generator reads them."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

from tools.docs_site.pages import ROOT, SCHEMAS, site_paths

_LINK = re.compile(r"(\]\()(?!https?://|mailto:|#)([^)\s#]*)((?:#[^)\s]*)?\))")
_ITEM = re.compile(r"( *)([-*]|\d+\.)( +)(?=\S)")
_LIST_INDENT = 4  # of what belongs to an item; forges also accept 2 or 3


def stage(folder: Path) -> None:
    """Write the pages that changed into a folder, and delete others from it."""
    paths = site_paths()
    wanted = {SCHEMAS: _schema_index(paths).encode()}
    for source, target in paths.items():
        if target != SCHEMAS:
            wanted[target] = _content(source, paths)
    for target, content in wanted.items():
        _write(folder / target, content)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in wanted:
            path.unlink()


def _content(source: str, paths: Mapping[str, str]) -> bytes:
    content = (ROOT / source).read_bytes()
    if source.endswith(".txt"):
        return rewrite_links(content.decode(), source, paths).encode()
    if not source.endswith(".md"):
        return content
    return indent_lists(rewrite_links(content.decode(), source, paths)).encode()


def _write(path: Path, content: bytes) -> None:
    """Write a file unless it is the same already, so that the generator sees only changes."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def rewrite_links(text: str, source: str, paths: Mapping[str, str]) -> str:
    """Return a page with its relative links as on the site. Links to anything else stay as they are."""
    here = posixpath.dirname(paths[source])

    def rewritten(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2]))
        if target not in paths:
            return link[0]
        return f"{link[1]}{posixpath.relpath(paths[target], here or '.')}{link[3]}"

    return _LINK.sub(rewritten, text)


def indent_lists(text: str) -> str:
    """Return a page in which everything that belongs to a list item is indented by 4 columns for each level."""
    levels: list[int] = []
    extra = 0
    in_code = False
    lines = []
    for line in text.split("\n"):
        if line.strip() and not in_code:
            extra = _enter(levels, len(line) - len(line.lstrip(" ")))
            if (item := _ITEM.match(line)) is not None:
                levels.append(item.end())
        lines.append(" " * extra + line if line.strip() else line)
        in_code ^= line.lstrip().startswith("```")
    return "\n".join(lines)


def _enter(levels: list[int], column: int) -> int:
    """Leave the lists that end before a column; return the columns to insert there."""
    while levels and column < levels[-1]:
        levels.pop()
    return _LIST_INDENT * len(levels) - (levels[-1] if levels else 0)


def _schema_index(paths: Mapping[str, str]) -> str:
    names = sorted(path.removeprefix("schemas/") for path in paths if path.startswith("schemas/"))
    links = "\n".join(f"- [{name}]({name})" for name in names)
    return f"# Schemas\n\nThe JSON Schemas of both APIs, of fixture sets and of the control API.\n\n{links}\n"
