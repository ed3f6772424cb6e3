"""First steps: a base URL, a valid credential and a curl command for each API."""

from mockorders.emulator import Emulator


def quickstart(emulator: Emulator, base: str) -> list[tuple[str, str, str, str]]:
    """Return title, base URL, a valid credential and a curl command of each API."""
    name, secret = emulator.credential()
    return [(api.title, base + api.base_paths[0], name, api.curl(base, name, secret)) for api in emulator.apis]
