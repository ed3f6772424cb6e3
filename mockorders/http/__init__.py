"""HTTP with aiohttp: request heads, bodies, responses and sockets."""
