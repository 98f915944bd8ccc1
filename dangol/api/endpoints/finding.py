"""One search over people, companies and records."""

from ninja import Query, Router

from dangol.api.door import ApiRequest
from dangol.api.schemas import Found, HitShown, SearchAsked
from dangol.customers.queries import search

router = Router(tags=["Search"])


@router.get("/search", response=Found, summary="Search")
def find(request: ApiRequest, asked: Query[SearchAsked]) -> Found:
    """What fits best, the best first: names (초성 too), e-mails, phones by their last digits, numbers, ids."""
    hits = search(request.member, asked.q, asked.limit)
    return Found(
        items=[
            HitShown(kind=hit.kind.name.lower(), id=hit.id, title=hit.title, detail=hit.detail, reason=str(hit.reason))
            for hit in hits
        ]
    )
