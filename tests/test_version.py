"""The version is defined once, in `mockorders/__version__.py`."""

from importlib.metadata import version

import mockorders


def test_installed_package_has_the_version_of_the_source() -> None:
    assert mockorders.__version__ == version("mockorders"), "the environment is stale: make .venv/tools"
