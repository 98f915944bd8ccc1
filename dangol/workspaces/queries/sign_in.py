"""Reads about sessions and the rules of sign-in."""

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import QuerySet
from django.utils import timezone

from dangol.workspaces.models import Session, SignInRules, User, Workspace


def sign_in_rules_of(workspace: Workspace) -> SignInRules:
    """Return the workspace's rules. Costs no query for the workspace of a request's member."""
    return getattr(workspace, "sign_in_rules", None) or SignInRules(workspace=workspace)


def has_second_factor(user: User) -> bool:
    """Whether more than the password is asked of the user."""
    return bool(is_mfa_enabled(user))


def sessions_of(user: User) -> QuerySet[Session]:
    """Every browser in which the user is signed in, the last used first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-last_used_at", "-started_at")
