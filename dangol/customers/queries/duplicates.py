"""Those who may be the same, as members see them: only pairs of which they see both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.customers.enums import PairState
from dangol.customers.models import Company, DuplicatePair, DuplicateScan, Merge, Person, Unmerge
from dangol.customers.queries.search import companies_found, people_found
from dangol.kit import tenancy
from dangol.kit.pagination import Page, keyset_page
from dangol.workspaces.models import Member

PAGE = 50
HIDDEN_AT_MOST = 100
OFFERED = 20
MODELS: dict[str, Any] = {"person": Person, "company": Company}

KEEPER = """
WITH RECURSIVE chain AS (
    SELECT merged_into_id FROM customers_person WHERE workspace_id = %(workspace)s AND id = %(person)s
    UNION
    SELECT person.merged_into_id FROM chain
    JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.id = chain.merged_into_id
)
SELECT merged_into_id FROM chain WHERE merged_into_id IS NOT NULL
"""

FIELD_LABELS: dict[str, str | Promise] = {
    "given": gettext_lazy("given name"),
    "family": gettext_lazy("family name"),
    "born": gettext_lazy("birth date"),
    "phone": gettext_lazy("phone"),
    "email": gettext_lazy("e-mail"),
    "postal_code": gettext_lazy("postal code"),
    "city": gettext_lazy("city"),
    "street": gettext_lazy("street"),
    "number": gettext_lazy("house number"),
    "company": gettext_lazy("company"),
    "calls": gettext_lazy("what a shop or app said of them"),
}

AGREEMENT: tuple[tuple[tuple[str, ...], str | Promise], ...] = (
    (("same",), pgettext_lazy("how two people compare", "the same: %(fields)s")),
    (("alike", "close", "similar"), pgettext_lazy("how two people compare", "alike: %(fields)s")),
    (("different",), pgettext_lazy("how two people compare", "different: %(fields)s")),
)


@dataclass(frozen=True)
class Suggestion:
    """One pair in the queue: both of the pair, and why they were put side by side."""

    pair: DuplicatePair
    one: Any
    other: Any

    @property
    def sentence(self) -> str:
        return evidence_sentence(self.pair)

    @property
    def evidence(self) -> str:
        return evidence_of(self.pair)

    @property
    def percent(self) -> int:
        return certainty(self.pair.score)


@dataclass(frozen=True)
class Queue:
    """One page of suggestions, how many pairs the member must not see, and the last scan."""

    kind: str
    suggestions: Sequence[Suggestion]
    page: Page[DuplicatePair]
    hidden: int
    scan: DuplicateScan | None


def certainty(score: float) -> int:
    """Return a probability in whole percent; nothing is ever quite certain."""
    return min(99, max(1, round(score * 100)))


def evidence_sentence(pair: DuplicatePair) -> str:
    """Say in one sentence what agrees, what differs, how much each counts, and how sure that makes us."""
    return _("%(evidence)s. %(percent)s %% likely to be one and the same.") % {
        "evidence": evidence_of(pair),
        "percent": certainty(pair.score),
    }


def evidence_of(pair: DuplicatePair) -> str:
    """Say what agrees, what differs, and how much each counts."""
    parts = []
    for levels, wording in AGREEMENT:
        told = [part for part in pair.evidence if part["level"] in levels]
        if told:
            named = sorted(told, key=lambda part: -abs(part["bits"]))
            fields = ", ".join(
                f"{FIELD_LABELS.get(part['field'], part['field'])} {_points(part['bits'])}" for part in named
            )
            parts.append(str(wording) % {"fields": fields})
    return _capitalised("; ".join(parts))


def pairs_visible_to(member: Member, kind: str) -> QuerySet[DuplicatePair]:
    """Return the pairs of which the member sees both."""
    visible = MODELS[kind].objects.visible_to(member)
    return DuplicatePair.objects.filter(
        Exists(visible.filter(pk=OuterRef(f"{kind}_id"))),
        Exists(visible.filter(pk=OuterRef(f"other_{kind}_id"))),
        workspace_id=member.workspace_id,
    )


def duplicate_queue(member: Member, kind: str, *, after: str | None) -> Queue:
    """Return the open pairs, the likeliest first."""
    open_pairs = pairs_visible_to(member, kind).filter(state=PairState.OPEN)
    page = keyset_page(
        open_pairs.select_related(kind, f"other_{kind}"), order=("-score", "-id"), after=after, size=PAGE
    )
    suggestions = [Suggestion(pair, getattr(pair, kind), getattr(pair, f"other_{kind}")) for pair in page]
    scan = DuplicateScan.objects.filter(workspace_id=member.workspace_id, kind=kind).order_by("-started_at").first()
    return Queue(kind, suggestions, page, _hidden(member, kind), scan)


def duplicates_of(member: Member, kind: str, row: Person | Company) -> tuple[list[Suggestion], bool]:
    """Return the open pairs of a person or company, and whether there are some with whom the member does not see."""
    about = Q(**{kind: row}) | Q(**{f"other_{kind}": row})
    seen = pairs_visible_to(member, kind).filter(about, state=PairState.OPEN).order_by("-score")
    pairs = seen.select_related(kind, f"other_{kind}")[:3]
    ends = [(pair, getattr(pair, kind), getattr(pair, f"other_{kind}")) for pair in pairs]
    found = [Suggestion(pair, row, other if one == row else one) for pair, one, other in ends]
    return found, _all_open(member, kind).filter(about).exclude(pk__in=seen.values("pk")).exists()


def others_to_merge(member: Member, kind: str, row: Person | Company, question: str) -> list[Any]:
    """Return a few whom the member may mean by what is typed; nobody for an empty question."""
    if not question.strip():
        return []
    found: QuerySet[Any] = (people_found if kind == "person" else companies_found)(member, question)
    return list(found.exclude(pk=row.pk).order_by("name", "id")[:OFFERED])


def keeper_of(member: Member, person_id: UUID) -> Person | None:
    """Return the person into whom this one was merged, at the end of the chain, if the member sees them."""
    with tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute(KEEPER, {"workspace": member.workspace_id, "person": person_id})
        found = [keeper_id for (keeper_id,) in cursor.fetchall()]
    return Person.objects.visible_to(member).filter(pk__in=found).first()


def next_pair(member: Member, pair: DuplicatePair, kind: str) -> UUID | None:
    """Return the pair that comes next in the queue."""
    later = Q(score__lt=pair.score) | Q(score=pair.score, id__lt=pair.pk)
    following = pairs_visible_to(member, kind).filter(later, state=PairState.OPEN).order_by("-score", "-id")
    return following.values_list("pk", flat=True).first()


def previous_pair(member: Member, pair: DuplicatePair, kind: str) -> UUID | None:
    """Return the pair that comes before in the queue."""
    earlier = Q(score__gt=pair.score) | Q(score=pair.score, id__gt=pair.pk)
    before = pairs_visible_to(member, kind).filter(earlier, state=PairState.OPEN).order_by("score", "id")
    return before.values_list("pk", flat=True).first()


@dataclass(frozen=True)
class PastMerge:
    """One merge as the list tells it."""

    merge: Merge
    kept: Any
    merged_name: str
    undone: Unmerge | None

    @property
    def rows(self) -> int:
        return sum(self.merge.joined.values())


def past_merges(member: Member, *, after: str | None) -> tuple[list[PastMerge], Page[Merge]]:
    """Return the merges whose outcome the member sees, the newest first."""
    page = keyset_page(
        merges_visible_to(member).select_related("kept_person", "kept_company", "by__user"), order=("-at", "-id"),
        after=after, size=PAGE,
    )  # fmt: skip
    undone = {
        unmerge.merge_id: unmerge
        for unmerge in Unmerge.objects.filter(workspace_id=member.workspace_id, merge__in=[merge.pk for merge in page])
    }
    return [_past(merge, undone.get(merge.pk)) for merge in page], page


def merges_visible_to(member: Member) -> QuerySet[Merge]:
    """Return the merges of which the member sees the one who was kept."""
    people = Person.objects.visible_to(member).filter(pk=OuterRef("kept_person_id"))
    companies = Company.objects.visible_to(member).filter(pk=OuterRef("kept_company_id"))
    return Merge.objects.filter(Exists(people) | Exists(companies), workspace_id=member.workspace_id)


def _past(merge: Merge, undone: Unmerge | None) -> PastMerge:
    row = merge.merged_before
    name = row.get("name") or row.get("email") or row.get("external_id") or str(row.get("id", ""))
    return PastMerge(merge, merge.kept_person or merge.kept_company, name, undone)


def _all_open(member: Member, kind: str) -> QuerySet[DuplicatePair]:
    living = MODELS[kind].objects.filter(workspace_id=member.workspace_id)
    return DuplicatePair.objects.filter(
        Exists(living.filter(pk=OuterRef(f"{kind}_id"))),
        Exists(living.filter(pk=OuterRef(f"other_{kind}_id"))),
        workspace_id=member.workspace_id,
        state=PairState.OPEN,
    )


def _hidden(member: Member, kind: str) -> int:
    """Count pairs of which the member sees one at the most: that they exist is said, nothing else."""
    seen = pairs_visible_to(member, kind).filter(state=PairState.OPEN)
    return len(_all_open(member, kind).exclude(pk__in=seen.values("pk")).values("pk")[:HIDDEN_AT_MOST])


def _counted(part: dict[str, Any]) -> str:
    return f"{FIELD_LABELS.get(part['field'], part['field'])} {_points(part['bits'])}"


def _points(bits: float) -> str:
    return f"{bits:+.0f}".replace("-", "−")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
