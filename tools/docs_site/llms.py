"""Generate docs/llms.txt, the index of the documentation for language models: `python -m tools.docs_site llms FILE`.

https://llmstxt.org describes the format. The pages, their order and titles are those of the navigation.
"""

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tools.docs_site.pages import ROOT, SCHEMAS, site_paths

INDEX = "docs/llms.txt"
_LINK = re.compile(r"!?\[([^\]]+)\]\([^)]*\)")


class Page(NamedTuple):
    """A page of the navigation: section, title, and path on the site."""

    section: str
    title: str
    path: str


def pages() -> list[Page]:
    """Return the pages of the site, in the order of its navigation."""
    return list(_pages(_settings()["nav"]))


def llms_txt() -> str:
    """Return the index: a section for each part of the navigation, a line with a description for each page."""
    settings = _settings()
    lines = [f"# {settings['site_name']}", "", f"> {settings['site_description']}."]
    section = ""
    for page in pages():
        if page.section != section:
            lines += ["", f"## {page.section}", ""]
        section = page.section
        lines.append(_line(page))
    return "\n".join(lines) + "\n"


def _settings() -> Mapping[str, Any]:
    settings: Mapping[str, Any] = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    return settings


def _pages(nav: Sequence[Mapping[str, Any]]) -> Iterator[Page]:
    for entry in nav:
        ((section, children),) = entry.items()
        for child in children:
            ((title, path),) = child.items()
            yield Page(section, title, path)


def _line(page: Page) -> str:
    if page.path == SCHEMAS:
        return f"- [{page.title}](../schemas): The JSON Schemas of both APIs, of fixture sets and of the control API."
    (source,) = (source for source, path in site_paths().items() if path == page.path)
    link = posixpath.relpath(source, posixpath.dirname(INDEX))
    return f"- [{page.title}]({link}): {first_sentence((ROOT / source).read_text(encoding='utf-8'))}"


def first_sentence(text: str) -> str:
    """Return the first sentence of a page below its title, without links and emphasis."""
    paragraphs = (part for part in text.split("\n\n") if not part.startswith(("#", "<!--", "```")))
    plain = _LINK.sub(r"\1", " ".join(next(paragraphs).split())).replace("**", "")
    return re.split(r"(?<=[.:]) (?=[A-Z`])", plain, maxsplit=1)[0].rstrip(":")
