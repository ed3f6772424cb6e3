"""Text and values: parsing, JSON Pointers, matching and timestamps."""
