"""A real Chromium."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from playwright import async_api, sync_api

# Chromium uses the last --disable-features only, so the first ten are those of Playwright that pages and network
# depend on. The last two would load two internal pages for every window, which takes longer than most tests.
DISABLED_FEATURES = """
    HttpsUpgrades HttpsFirstBalancedModeAutoEnable ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect
    OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch MediaRouter LensOverlay
    WebUIOmniboxPopup WebUIOmniboxAimPopup
""".split()
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(DISABLED_FEATURES)}",
]


EXPECT_MILLISECONDS = 30_000  # Playwright's 5 s are too short on a busy machine

sync_api.expect.set_options(EXPECT_MILLISECONDS)
async_api.expect.set_options(EXPECT_MILLISECONDS)


def _installed() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found is not None, "these tests need chromium"
    return found


@contextmanager
def chromium(*switches: str) -> Iterator[sync_api.Browser]:
    """Run a Chromium, with more switches."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_installed(), args=[*SWITCHES, *switches])
        yield browser
        browser.close()


@asynccontextmanager
async def async_chromium(*switches: str) -> AsyncIterator[async_api.Browser]:
    """Run a Chromium for asynchronous tests, with more switches."""
    async with async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_installed(), args=[*SWITCHES, *switches])
        yield browser
        await browser.close()
