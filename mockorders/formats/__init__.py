"""Text formats: request bodies and queries, JSON Pointers, patterns and timestamps."""
