"""Records in memory: copy-on-write, indexed, rendered once."""
