"""Filters of lists and customers: field types, operators."""
