"""What is said when something of ours broke, and the line in the log that belongs to it."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer with a reference that leads whoever keeps the house to the failure in the log, and with nothing of it."""
    reference = secrets.token_hex(4)
    logger.error("failure %s at %s %s", reference, request.method, request.path, extra={"request": request})
    page = render_to_string("500.html", {"reference": reference})
    return HttpResponse(page, status=500, headers={"X-Failure": reference})
