"""The documentation site: `python -m tools.docs_site build`, or `make docs-site`."""
