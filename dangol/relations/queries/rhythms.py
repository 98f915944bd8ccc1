"""The buying rhythm that was fitted last."""

from uuid import UUID

from dangol.relations.models import RhythmFit
from dangol.relations.rhythm import BuyingRhythm, Spending


def latest_fit(workspace_id: UUID) -> RhythmFit | None:
    """The newest fit of the workspace's purchases, if there ever was enough to fit."""
    return RhythmFit.objects.filter(workspace_id=workspace_id).order_by("-fitted_at").first()


def buying_rhythm(fit: RhythmFit | None) -> BuyingRhythm | None:
    """The fit as a model that foretells purchases."""
    return None if fit is None else BuyingRhythm(fit.r, fit.alpha, fit.a, fit.b, fit.log_likelihood)


def spending(fit: RhythmFit | None) -> Spending | None:
    """The fit as a model that foretells amounts, if it has one."""
    if fit is None or fit.p is None or fit.q is None or fit.v is None:
        return None
    return Spending(fit.p, fit.q, fit.v)
