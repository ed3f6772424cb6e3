"""The control API `/_mockorders/`: a small aiohttp application of its own, closed to foreign web pages."""

from mockorders.control.application import control_app

__all__ = ["control_app"]
