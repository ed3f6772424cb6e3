"""A bare aiohttp server that responds to every request with the bytes of a file. `python bench/bare.py FILE`."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web


async def main(file: str) -> None:
    """Serve on a free port until killed; print the URL."""
    body = Path(file).read_bytes()  # noqa: ASYNC240 - before the first request

    async def response(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", response)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
