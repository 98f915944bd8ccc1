"""One search over people, companies and records."""

from django.utils.translation import gettext_noop
from ninja import Query, Router

from dangol.api.door import ApiRequest
from dangol.api.schemas import Found, HitShown, SearchAsked
from dangol.customers.queries import search

router = Router(tags=[gettext_noop("Search")])


@router.get(
    "/search",
    response=Found,
    summary=gettext_noop("Search"),
    description=gettext_noop(
        "What fits best, the best first: names (초성 too), e-mails, phones by their last digits, numbers, ids."
    ),
)
def find(request: ApiRequest, asked: Query[SearchAsked]) -> Found:
    hits = search(request.member, asked.q, asked.limit)
    return Found(
        items=[
            HitShown(kind=hit.kind.name.lower(), id=hit.id, title=hit.title, detail=hit.detail, reason=str(hit.reason))
            for hit in hits
        ]
    )
