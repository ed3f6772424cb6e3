"""The measurements of docs/performance.md: `python -m bench`, or `make bench`."""
