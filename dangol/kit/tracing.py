"""
Spans of what a process does, for OpenTelemetry. Nothing is recorded until `config.tracing` names a receiver.

A span never tells how somebody is called or can be reached: statements come without their values, addresses without
path and query, failures without their words.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry.trace import INVALID_SPAN, Span, StatusCode, Tracer, format_trace_id, get_current_span

UNRECORDED = nullcontext(INVALID_SPAN)
_tracer: Tracer | None = None


def record_with(tracer: Tracer | None) -> None:
    """Give every span of this process to a tracer from now on, or to nobody."""
    global _tracer  # noqa: PLW0603 - one for the whole process
    _tracer = tracer


def span(name: str, attributes: Mapping[str, str | int]) -> AbstractContextManager[Span]:
    """Record how long a block takes, and by which kind of failure it ends."""
    return UNRECORDED if _tracer is None else _recorded(_tracer, name, attributes)


@contextmanager
def _recorded(tracer: Tracer, name: str, attributes: Mapping[str, str | int]) -> Iterator[Span]:
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except Exception as failure:
            begun.set_status(StatusCode.ERROR)
            begun.set_attribute("error.type", type(failure).__name__)
            raise


def trace_id() -> str:
    """Return the name of the trace that is being recorded here, or nothing."""
    context = get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else ""
