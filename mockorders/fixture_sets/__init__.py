"""Fixture sets: found, merged, generated, checked, reloaded."""
