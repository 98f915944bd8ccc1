"""OpenTelemetry traces, as the standard `OTEL_…` variables say; without a receiver there are none."""

import os
import re
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from dangol.kit.tracing import record_with, span

RECEIVERS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
VALUES = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'|\b\d+\b", re.DOTALL)
LONGEST_STATEMENT = 2000


def begin_tracing(part: str) -> Callable[[], None]:
    """
    Send the spans of this process to the receiver of the environment, if there is one.

    :param part: of the product: web or worker
    :return: what sends the rest and ends it
    """
    if not any(os.environ.get(name) for name in RECEIVERS):
        return lambda: None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - few use it
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - as above

    os.environ.setdefault("OTEL_SERVICE_NAME", "dangol")
    provider = TracerProvider(resource=Resource.create({"dangol.part": part}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    record_with(provider.get_tracer("dangol"))
    connection_created.connect(_follow)

    def end() -> None:
        connection_created.disconnect(_follow)
        record_with(None)
        provider.shutdown()

    return end


def _follow(connection: BaseDatabaseWrapper, **_told: Any) -> None:
    if traced not in connection.execute_wrappers:
        connection.execute_wrappers.append(traced)


def traced(execute: Callable[..., Any], statement: object, values: object, many: bool, context: object) -> Any:  # noqa: FBT001 - Django's order
    """Run a statement in a span of its own, which tells it without its values."""
    text = VALUES.sub("?", statement)[:LONGEST_STATEMENT] if isinstance(statement, str) else ""
    with span("SQL", {"db.system.name": "postgresql", "db.query.text": text}):
        return execute(statement, values, many, context)
