"""The side of aiohttp: request heads, bodies, responses, sockets."""
