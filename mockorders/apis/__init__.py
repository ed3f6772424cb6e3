"""The emulated APIs: one package each, found by its `API`."""
