"""Whether this web process can do its work: for supervisors and load balancers."""

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from dangol.config.readiness import checks


@transaction.non_atomic_requests
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503. Needs no session and tells no secrets."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


@transaction.non_atomic_requests
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """
    Answer 200 when requests can be served, else 503, and say of each thing whether it is well.

    Without a worker pages are served as ever, but nothing is imported, sent or counted: the status is "degraded".
    """
    found = list(checks())
    told = {check.subject: "ok" if check.is_well else check.words for check in found}
    is_ready = all(check.is_well for check in found if check.is_needed)
    is_whole = is_ready and all(check.is_well for check in found)
    status = "ok" if is_whole else "degraded" if is_ready else "not ready"
    return JsonResponse({"status": status, "checks": told}, status=200 if is_ready else 503)
