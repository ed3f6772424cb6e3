"""Validation of values against the JSON Schemas of `schemas/`."""
