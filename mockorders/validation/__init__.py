"""Values against JSON Schema, and what is wrong with them in words."""
