"""The documentation site: its pages, links and resources, as built and in a browser."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright import sync_api
from support.browser import chromium

from tools.docs_site import llms, pages, staging
from tools.docs_site.site import build_site

ORIGIN = "http://site.test"
RESOURCES = {"img", "script", "iframe", "source", "video", "audio", "embed", "object"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "manifest", "modulepreload"}


class Document(HTMLParser):
    """What an HTML page links to, what it loads, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.resources: set[str] = set()
        self.anchors: set[str] = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors.update({values.get("id", ""), values.get("name", "")})
        loads = tag in RESOURCES or (tag == "link" and LOADED_LINKS & set(values.get("rel", "").split()))
        target = values.get("href") or values.get("src")
        if target:
            (self.resources if loads else self.links).add(target)


class Site(NamedTuple):
    """The built site: its folder, the exit code of the build, and its pages by path."""

    folder: Path
    code: int
    documents: dict[str, Document]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    home = tmp_path_factory.mktemp("home")
    code = build_site(home)
    folder = home / "build/site"
    found = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    return Site(folder, code, {path: Document(text) for path, text in found.items()})


def local(page: str, target: str) -> str | None:
    """Return the file of the site that a link leads to, with its anchor; None if it leads to another host."""
    url = urlsplit(urljoin(f"{ORIGIN}/{page.removesuffix('index.html')}", target))
    if f"{url.scheme}://{url.netloc}" != ORIGIN:
        return None
    path = unquote(url.path).removeprefix("/")
    return f"{path}index.html#{url.fragment}" if path.endswith("/") or not path else f"{path}#{url.fragment}"


def test_site_builds_without_a_warning(site: Site) -> None:
    assert 0 == site.code


def test_every_page_of_the_navigation_is_built(site: Site) -> None:
    expected = {page.path.removesuffix("index.md").removesuffix(".md") for page in llms.pages()}
    built = {path.removesuffix("index.html").removesuffix("/") for path in site.documents}
    assert set() == {path.removesuffix("/") for path in expected} - built


def test_every_page_of_docs_is_in_the_navigation() -> None:
    listed = {page.path for page in llms.pages()}
    assert [] == [path for path in pages.site_paths().values() if path.endswith(".md") and path not in listed]


def test_no_page_loads_anything_from_another_host(site: Site) -> None:
    loaded: list[tuple[str, str]] = []
    for page, document in site.documents.items():
        loaded.extend((page, target) for target in document.resources)
    assert len(loaded) > 100
    assert [] == [(page, target) for page, target in loaded if local(page, target) is None]


def test_no_style_loads_anything_from_another_host(site: Site) -> None:
    styles = list(site.folder.rglob("*.css"))
    assert len(styles) > 1
    found = {
        style.name: re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)]*", style.read_text()) for style in styles
    }
    assert {} == {name: urls for name, urls in found.items() if urls}


def is_broken(site: Site, page: str, target: str) -> bool:
    file, _, anchor = (local(page, target) or "#").partition("#")
    document = site.documents.get(file)
    return bool(file) and (
        not (site.folder / file).is_file() or (document is not None and anchor not in document.anchors)
    )


def test_links_lead_to_files_and_anchors(site: Site) -> None:
    for page, document in site.documents.items():
        assert (page, []) == (page, [each for each in sorted(document.links) if is_broken(site, page, each)])


def test_resources_are_on_the_site(site: Site) -> None:
    for page, document in site.documents.items():
        assert (page, []) == (page, [each for each in sorted(document.resources) if is_broken(site, page, each)])


def test_llms_txt_is_generated_from_the_navigation() -> None:
    assert llms.llms_txt() == (pages.ROOT / llms.INDEX).read_text(encoding="utf-8"), "make docs"


def test_llms_txt_is_in_the_root_of_the_site_and_links_to_markdown(site: Site) -> None:
    linked = re.findall(
        r"^- \[[^]]+\]\(([^)]+)\): .+$", (site.folder / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [page.path for page in llms.pages()] == linked
    assert [] == [path for path in linked if not (site.folder / path).is_file()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. a\n   b\n\n   c", "1. a\n    b\n\n    c"),
        ("- a\n\n  | b |", "- a\n\n    | b |"),
        ("10. a\n\n    b", "10. a\n\n    b"),
        ("- a\n  - b\n\n    c\n\nd", "- a\n    - b\n\n        c\n\nd"),
        ("```yaml\n- a:\n  b\n```\n\nc", "```yaml\n- a:\n  b\n```\n\nc"),
        ("1. a\n\n   ```text\n   - b\n     c\n   ```", "1. a\n\n    ```text\n    - b\n      c\n    ```"),
    ],
)
def test_lists_are_indented_as_the_generator_reads_them(text: str, expected: str) -> None:
    assert expected == staging.indent_lists(text)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("](../../CONTRIBUTING.md)", "](../development/contributing.md)"),
        ("](../../README.md#install)", "](../index.md#install)"),
        ("](../../schemas)", "](../schemas/index.md)"),
        ("](../images/dashboard-orders.png)", "](../images/dashboard-orders.png)"),
        ("](#effects)", "](#effects)"),
        ("](https://example.com/)", "](https://example.com/)"),
        ("](missing.md)", "](missing.md)"),
    ],
)
def test_links_are_those_of_the_site(link: str, expected: str) -> None:
    assert expected == staging.rewrite_links(link, "docs/reference/faults.md", pages.site_paths())


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[str]:
    handler = functools.partial(QuietHandler, directory=str(site.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with chromium() as running:
        yield running


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_and_load_nothing_from_another_host(served: str, browser: sync_api.Browser, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800})
    requested: list[str] = []
    tab.on("request", lambda request: requested.append(request.url))
    for path in ("", "how-to/dashboard/", "reference/faults/", "reference/fidelity/"):
        tab.goto(served + path, wait_until="networkidle")
        needed = tab.evaluate("document.documentElement.scrollWidth")
        assert needed <= width, path
    assert [] == [url for url in requested if not url.startswith((served, "data:", "blob:"))]
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_serious_accessibility_problem(
    served: str, browser: sync_api.Browser, scheme: Literal["light", "dark"]
) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    tab.goto(served + "reference/faults/", wait_until="networkidle")
    found = Axe().run(tab).response["violations"]
    assert [] == [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
    tab.close()


OPEN_SHADOW_ROOTS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
"""


@pytest.mark.browser
def test_search_finds_a_page(served: str, browser: sync_api.Browser) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.add_init_script(OPEN_SHADOW_ROOTS)  # so that Playwright sees the results
    tab.goto(served)
    tab.keyboard.press("/")
    tab.get_by_role("combobox", name="Search").fill("lognormal")
    tab.locator("a").filter(has_text="lognormal").filter(has_text="Effects").click()
    sync_api.expect(tab).to_have_url(re.compile("reference/faults/.*#effects"))
    tab.close()
