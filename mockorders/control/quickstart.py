"""What people are told first: for each API a base URL, a credential that works and a curl line."""

from mockorders.emulator import Core


def quickstart(core: Core, base: str) -> list[tuple[str, str, str, str]]:
    """Give for each API its title, base URL, a credential that works, and a curl line."""
    name, secret = core.credential()
    return [(api.title, base + api.base_paths[0], name, api.curl(base, name, secret)) for api in core.apis]
