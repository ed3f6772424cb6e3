"""The typed clients of the emulated APIs' records, generated from the schemas."""
