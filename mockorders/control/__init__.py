"""The control API `/_mockorders/`: an aiohttp application, not accessible to web pages of other origins."""

from mockorders.control.application import add_control_routes, control_app

__all__ = ["add_control_routes", "control_app"]
