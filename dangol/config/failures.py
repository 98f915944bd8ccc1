"""What is said when something of ours broke, and the line in the log that belongs to it."""

import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

RETRY_AFTER = "5"


def server_error(request: HttpRequest) -> HttpResponse:
    """
    Answer with a reference that leads whoever keeps the house to the failure in the log, and with nothing of it.

    While the database is away the failure passes by itself, and 503 says so to programs.
    """
    failure = sys.exc_info()[1]
    if isinstance(failure, OperationalError | InterfaceError):
        logger.warning("The database did not answer at %s: %s", request.path, failure, extra={"request": request})
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": RETRY_AFTER})
    reference = secrets.token_hex(4)
    logger.error("failure %s at %s %s", reference, request.method, request.path, extra={"request": request})
    page = render_to_string("500.html", {"reference": reference})
    return HttpResponse(page, status=500, headers={"X-Failure": reference})
