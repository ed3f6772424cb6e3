"""Run npm and Node for the JavaScript package."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.processes import MODULE, SCRIPT, finish

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients" / "js"
SECONDS = 600
# npm installs from its own cache if possible, and reports nothing but errors.
NPM_SETTINGS = {
    "npm_config_cache": str(PACKAGE / ".npm"),
    "npm_config_prefer_offline": "true",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
}

needs_node = pytest.mark.skipif(
    shutil.which("npm") is None, reason="Node.js is not installed: the JavaScript package is not tested"
)


def run_node(*command: str, cwd: Path, check: bool = True, **options: Any) -> Any:
    """Run `npm`, `npx` or `node` in a folder, with the installed `mockorders` first on the path."""
    environment = options.pop("environment", {})
    program = shutil.which(command[0])
    assert program is not None, command[0]
    paths = os.pathsep.join([environment.pop("PATH", str(Path(SCRIPT[0]).parent)), os.environ["PATH"]])
    settings = {**NPM_SETTINGS, "PATH": paths, **environment}
    done = finish([program, *command[1:]], cwd=cwd, environment=settings, timeout=SECONDS, **options)
    assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def install_tools() -> None:
    """Install the development dependencies of the package, unless they are installed."""
    if not (PACKAGE / "node_modules" / ".package-lock.json").exists():
        run_node("npm", "ci", "--ignore-scripts", cwd=PACKAGE)


def pack(folder: Path) -> Path:
    """Build the package into a folder, and return the file."""
    run_node("npm", "pack", "--silent", "--pack-destination", str(folder), cwd=PACKAGE)
    (packed,) = folder.glob("*.tgz")
    return packed


def control_document() -> str:
    """Return the OpenAPI document that the types of the package are generated from."""
    return str(finish([*MODULE, "openapi", "--control"], check=True).stdout)
