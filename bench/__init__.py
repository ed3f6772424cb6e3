"""The measurements of docs/explanation/performance.md: `python -m bench`, or `make bench`."""
