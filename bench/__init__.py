"""Ratios against a bare aiohttp server that returns the same bytes: `python -m bench`, or `make bench`."""
