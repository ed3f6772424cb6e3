"""Check whether real responses match the schemas."""
