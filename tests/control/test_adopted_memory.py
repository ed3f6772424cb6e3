"""Changes that a sandbox adopts from another one count as its own memory."""

from support.emulator import RunningEmulator, Start

LIMIT = 600_000  # half of it for a sandbox
COPIES = 10_000


async def used(emulator: RunningEmulator, name: str) -> int:
    found: int = (await emulator.control("GET", f"/sandboxes/{name}")).json["memory"]["used"]
    return found


async def put_note(emulator: RunningEmulator, user: str, note: str) -> int:
    return (await emulator.cratejoy("PUT", "/orders/730837920/", user=user, json={"note": note})).status


async def test_changes_that_another_sandbox_adopts_are_counted(emulator: RunningEmulator) -> None:
    for user in ("docs.one", "docs.two"):
        for note in ("a", 4_000 * "x", "b"):
            await put_note(emulator, user, note)
    adopted = await used(emulator, "docs.two")
    await emulator.control("GET", "/sandboxes/docs.two/state")
    assert adopted == await used(emulator, "docs.two")
    assert adopted <= await used(emulator, "docs.one") <= adopted + COPIES


async def test_changes_that_other_sandboxes_adopt_are_limited(start: Start) -> None:
    small = await start(max_memory=LIMIT)
    statuses = [await put_note(small, f"docs.{number}", 4_000 * "x") for number in range(130)]
    assert (200, 507) == (statuses[0], statuses[-1])
    await small.control("DELETE", "/sandboxes/docs.0")
    assert 200 == await put_note(small, "docs.new", 4_000 * "x")
