"""The pipeline: from a request to an emulated API to its response."""
