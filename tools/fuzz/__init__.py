"""Send random requests to a server, and check that none of them breaks it.

`python -m tools.fuzz --requests 200000` starts a server, sends that many requests, and prints what it found.
"""
