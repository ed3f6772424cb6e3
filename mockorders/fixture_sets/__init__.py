"""Fixture sets: finding, merging, generating, validating and reloading the data of sandboxes."""
