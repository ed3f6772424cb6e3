"""Builds the site with Zensical."""

import shutil
import subprocess
import sys
from pathlib import Path

from tools.docs_site.pages import ROOT
from tools.docs_site.staging import stage

CONFIGURATION = "zensical.toml"
ZENSICAL = [sys.executable, "-m", "zensical"]


def build_site(folder: Path) -> int:
    """Build into `build/site` of a folder, and return the exit code: 1 if a link or anchor is broken.

    Markdown files are on the site beside their pages, for llms.txt.
    """
    stage(folder / "build/docs")
    if folder != ROOT:
        shutil.copy(ROOT / CONFIGURATION, folder)
    built = subprocess.run([*ZENSICAL, "build", "--clean", "--strict"], cwd=folder, check=False)
    for page in (folder / "build/docs").rglob("*.md"):
        target = folder / "build/site" / page.relative_to(folder / "build/docs")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, target)
    return built.returncode
