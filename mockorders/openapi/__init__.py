"""OpenAPI documents of the emulated APIs."""
