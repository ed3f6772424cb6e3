"""Find failures in the requests and faults of a sandbox."""

from collections.abc import Iterable, Iterator, Mapping

from mockorders.client.models import FaultInfo, RecordedRequest


def response_failures(requests: Iterable[RecordedRequest]) -> Iterator[str]:
    """Yield a message for each schema violation and each unhandled error, except those caused by a fault."""
    for request in requests:
        effect = (request["fault"] or {}).get("type")
        label = f"request {request['id']}, {request['method']} {request['path']}"
        if request["violations"] and effect != "drift":
            yield from (f"{label}: {_violation(each)}" for each in request["violations"])
        elif effect != "status" and _is_problem(request):
            yield f"{label}: unhandled error, {request['status']}: {_detail(request)}"


def unused_faults(faults: Iterable[FaultInfo]) -> Iterator[str]:
    """Yield a message for each fault that was never triggered."""
    for fault in faults:
        if not fault["hits"]:
            yield f"fault {fault['id']} was never triggered: {fault['effect']}, match {fault['match']}"


def _violation(violation: Mapping[str, str]) -> str:
    schema = f"/_mockorders/schemas/{violation['schema']}.json"
    return f"the response violates its schema, {violation['pointer'] or '/'}: {violation['message']} (schema: {schema})"


def _is_problem(request: RecordedRequest) -> bool:
    headers = {} if request["response"] is None else request["response"]["headers"]
    return headers.get("Content-Type") == "application/problem+json"


def _detail(request: RecordedRequest) -> str:
    body = None if request["response"] is None else request["response"]["body"]
    return str(body["detail"]) if isinstance(body, dict) and "detail" in body else "the response was altered by a fault"
