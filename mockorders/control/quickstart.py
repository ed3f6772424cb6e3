"""What people are told first: for each API a base URL, a credential that works and a curl line."""

from mockorders.emulator import Emulator


def quickstart(emulator: Emulator, base: str) -> list[tuple[str, str, str, str]]:
    """Give for each API its title, base URL, a credential that works, and a curl line."""
    name, secret = emulator.credential()
    return [(api.title, base + api.base_paths[0], name, api.curl(base, name, secret)) for api in emulator.apis]
