"""Every request has a name, which stands in each line of the log about it and in its answer."""

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

from dangol.kit.tracing import trace_id

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[\w-]{8,64}")

current: ContextVar[str] = ContextVar("request name", default="")


class RequestNameMiddleware:
    """Take the name that our proxy gave, or make one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        standing = current.set(name)
        try:
            answer = self.get_response(request)
        finally:
            current.reset(standing)
        answer[HEADER] = name
        return answer


class RouteOnly(logging.Filter):
    """
    Say by which route a request came, never at which address: that may hold a person's id or a link's secret.

    Django hands the address over as the last argument of its own lines about a request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = f"/{request.resolver_match.route}" if request.resolver_match else "(no route)"
            record.args = tuple(route if argument == request.path else argument for argument in record.args)
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": current.get(),
            "trace": trace_id(),
            "failure": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
