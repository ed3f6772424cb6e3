"""The environment variables of the command line, and those that Kubernetes and Docker add to a container.

For a service named `mockorders`, Kubernetes sets variables such as MOCKORDERS_PORT=tcp://10.96.0.12:8080 in every
container of its namespace, and Docker does so for links. They are not options. The health check uses this module too,
so it imports nothing.
"""

PREFIX = "MOCKORDERS_"

_URLS = ("tcp://", "udp://", "sctp://")
_PROTOCOLS = {"TCP", "UDP", "SCTP"}


def is_service_link(name: str, value: str) -> bool:
    """Check whether a variable describes a service instead of setting an option."""
    if name.endswith(("_SERVICE_HOST", "_SERVICE_PORT")) or "_SERVICE_PORT_" in name:
        return True
    number, _, rest = name.rpartition("_PORT_")[2].partition("_")
    if number.isdecimal() and rest.partition("_")[0] in _PROTOCOLS:
        return True
    return name.endswith("_PORT") and value.startswith(_URLS)
