"""Start a server, send random requests to it, and print the figures.

The exit code is 1 if a request broke something.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from typing import IO
from urllib.parse import urlsplit

from tools.fuzz.campaign import Campaign, Report

READY = "mockorders ready on "


def main() -> int:
    """Run a campaign as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="number of requests")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random requests")
    options = parser.parse_args()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        report, seconds = _run(options.requests, options.seed, log)
        log.seek(0)
        tracebacks = log.read().count("Traceback")
    _show(report, seconds, tracebacks)
    return 1 if report.findings or tracebacks else 0


def _run(requests: int, seed: int, log: IO[str]) -> tuple[Report, float]:
    command = [sys.executable, "-m", "mockorders", "--port", "0", "--fixtures", "docs"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as server:
        assert server.stdout is not None
        url = urlsplit(server.stdout.readline().removeprefix(READY).strip())
        assert url.hostname is not None
        assert url.port is not None
        started = time.monotonic()
        try:
            report = Campaign(url.hostname, url.port, seed).run(requests)
        finally:
            server.terminate()
        return report, time.monotonic() - started


def _show(report: Report, seconds: float, tracebacks: int) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    total = report.requests.total()
    print(f"{total:,} requests in {seconds:.0f} s, Python {version}: {dict(report.requests)}")
    print(f"statuses: {dict(sorted(report.statuses.items()))}")
    print(
        f"{report.comparisons:,} comparisons after rejections, {tracebacks} tracebacks, {len(report.findings)} findings"
    )
    for finding in report.findings:
        print(f"- {finding.family}: {finding.detail}\n  {finding.request[:400]!r}\n  {finding.received!r}")


if __name__ == "__main__":
    sys.exit(main())
