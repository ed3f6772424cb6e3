"""The control API `/_mockorders/`: an aiohttp application, not accessible to web pages of other origins."""

from mockorders.control.application import control_app

__all__ = ["control_app"]
