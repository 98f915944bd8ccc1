"""What Prometheus reads: requests of all web processes, waiting work, and whether everything needed is there."""

import hmac
import os
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dangol.config.readiness import beat_age, checks
from dangol.config.request_names import current
from dangol.kit.tracing import span

REQUESTS = Counter(
    "dangol_requests", "Answers by address of the product, method and status.", ("route", "method", "status")
)
SECONDS = Histogram("dangol_request_seconds", "How long answers took.", ("route",))

JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"
OLDEST = """
SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0)::float
FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()
"""


class MeasureMiddleware:
    """Count and trace every answer by the route that gave it: an address itself may hold a person's id or a secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        with span("page", {"http.request.method": str(request.method), "dangol.request": current.get()}) as told:
            answer = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else "none"
            told.update_name(f"{request.method} {route}")
            told.set_attribute("http.response.status_code", answer.status_code)
        REQUESTS.labels(route, request.method, answer.status_code).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return answer


class Stock(Collector):
    """What stands in the database at the moment of asking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        well = GaugeMetricFamily("dangol_well", "1 if what is looked at is as it should be.", labels=("subject",))
        for check in checks():
            well.add_metric([check.subject], float(check.is_well))
        yield well
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            jobs = GaugeMetricFamily("dangol_jobs", "Jobs by state; failed ones wait for somebody.", labels=("state",))
            for state, count in cursor.fetchall():
                jobs.add_metric([state], count)
            yield jobs
            cursor.execute(OLDEST)
            yield GaugeMetricFamily(
                "dangol_oldest_job_seconds",
                "Since when the oldest job that is due waits.",
                cursor.fetchone()[0],
            )
            age = beat_age(cursor)
        silent = float("inf") if age is None else age
        yield GaugeMetricFamily(
            "dangol_worker_silent_seconds",
            "Since a worker's last sign of life.",
            silent,
        )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, and 404 to everybody else."""
    if not is_for_prometheus(request):
        raise Http404
    told = generate_latest(_requests())
    stock = CollectorRegistry(auto_describe=False)
    stock.register(Stock())
    return HttpResponse(told + generate_latest(stock), content_type=CONTENT_TYPE_LATEST)


def is_for_prometheus(request: HttpRequest) -> bool:
    """Whether the token of the settings came along; without one in the settings, whether this machine itself asks."""
    if settings.METRICS_TOKEN:
        expected = f"Bearer {settings.METRICS_TOKEN}".encode()
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected)
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"))
    return ip_address(request.META["REMOTE_ADDR"]).is_loopback and not is_passed_on


def _requests() -> CollectorRegistry:
    """Return what all web processes counted, if they share a folder (`config.web`), else what this one did."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call] # the library types it in part
    return shared
