"""Pages about the whole server: its rules, its endpoints, and its metrics."""

import asyncio
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.apis.base import Api
from mockorders.control.inputs import get_emulator
from mockorders.dashboard.templating import page, template
from mockorders.rules import CORE, Rule

RULES_TEMPLATE = template("rules.html")
ENDPOINTS_TEMPLATE = template("endpoints.html")
METRICS_TEMPLATE = template("metrics.html")
EMULATOR_PART = "emulator"
EVIDENCE = ("documented", "observed", "assumed")
MAX_QUERY_LENGTH = 200
MAX_SAMPLES = 50


async def rules(request: web.Request) -> web.Response:
    """Show the rules that match the text `?q=`, the API `?api=` and the evidence `?evidence=`."""
    apis = get_emulator(request).apis
    text = request.query.get("q", "")[:MAX_QUERY_LENGTH]
    part = request.query.get("api", "")
    evidence = request.query.get("evidence", "")
    parts = {EMULATOR_PART: CORE, **{api.name: api.rules for api in apis}}
    chosen = {part: parts[part]} if part in parts else parts
    found = {name: [rule for rule in known if _matches(rule, text, evidence)] for name, known in chosen.items()}
    return page(
        request,
        RULES_TEMPLATE,
        q=text,
        part=part,
        part_names=list(parts),
        evidence=evidence,
        kinds=EVIDENCE,
        found=found,
        total=sum(map(len, parts.values())),
        count_found=sum(map(len, found.values())),
    )


def _matches(rule: Rule, text: str, evidence: str) -> bool:
    content = f"{rule.name} {rule.statement} {rule.sentence} {rule.source}".casefold()
    return text.strip().casefold() in content and evidence in {"", rule.evidence}


class Endpoints(NamedTuple):
    """The endpoints of one API: those that are emulated, with their titles, and those that only the service has."""

    api: Api
    emulated: Sequence[tuple[str, str]]
    missing: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, api: Api) -> "Endpoints":
        """Return the endpoints of an API."""
        emulated = [(api.endpoint(route), route.title) for route in api.routes]
        known = {each.endpoint: each for each in api.coverage if api.is_unimplemented(each.method, each.path)}
        missing = [(f"{each.method} {api.documented_path(each.path)}", each.source) for each in known.values()]
        return cls(api, emulated, missing)


async def endpoints(request: web.Request) -> web.Response:
    """Show the endpoints of each API, and the OpenAPI documents."""
    apis = get_emulator(request).apis
    return page(request, ENDPOINTS_TEMPLATE, guides=[Endpoints.of(api) for api in apis])


class MetricFamily(NamedTuple):
    """One metric: its name, description and kind; the samples as pairs of labels and value; how many are not shown."""

    name: str
    description: str
    kind: str
    samples: Sequence[tuple[str, str]]
    hidden_count: int


async def metrics(request: web.Request) -> web.Response:
    """Show the metrics as tables."""
    prometheus = await asyncio.to_thread(import_module, "mockorders.control.prometheus")  # imports for 0.2 s
    collected = prometheus.PrometheusCollector(get_emulator(request)).collect()
    return page(request, METRICS_TEMPLATE, families=[_family(each) for each in collected])


def _family(metric: Any) -> MetricFamily:
    samples = [_sample(each) for each in metric.samples if not each.name.endswith(("_bucket", "_created"))]
    hidden_count = max(0, len(samples) - MAX_SAMPLES)
    return MetricFamily(metric.name, metric.documentation, metric.type, samples[:MAX_SAMPLES], hidden_count)


def _sample(sample: Any) -> tuple[str, str]:
    suffix = next((end for end in ("_sum", "_count") if sample.name.endswith(end)), "")
    return ", ".join(chain(_labels(sample.labels), [suffix[1:]] * bool(suffix))), _number(sample.value)


def _labels(labels: dict[str, str]) -> Iterator[str]:
    yield from (f"{name} {value}" for name, value in labels.items())


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6f}".rstrip("0")
