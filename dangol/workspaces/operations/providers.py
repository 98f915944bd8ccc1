"""Identity providers of a workspace, and whom they name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.identity_providers import NAVER, Client, Identified, IdentityProvider, Naver, OpenId, Question
from dangol.kit.sealed_columns import opened, sealed
from dangol.workspaces.enums import Deed, ProviderKind
from dangol.workspaces.models import LinkedAccount, Member, SignInProvider, SignInRules, User
from dangol.workspaces.operations.audit import record_act
from dangol.workspaces.operations.members import seat_one_more
from dangol.workspaces.permissions import ROLES

ISSUERS = {
    ProviderKind.GOOGLE: "https://accounts.google.com",
    ProviderKind.KAKAO: "https://kauth.kakao.com",
    ProviderKind.NAVER: NAVER,
}
"""Of the providers that everybody knows; all others are asked for."""
PROVES_ADDRESSES = frozenset({ProviderKind.OPEN_ID, ProviderKind.GOOGLE})
"""Whose word on e-mail addresses counts. Kakao and Naver pass on what somebody once typed."""


class UnableToLink(OperationError):
    """The account of the provider belongs to another member."""


class UnableToRecognise(OperationError):
    """The provider knows who it is, but we do not, or may not let them in."""


def asking(provider: SignInProvider) -> IdentityProvider:
    """Return how to ask the provider, with its secret open."""
    client = Client(
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=opened(provider, "client_secret"),
        redirect_uri=redirect_uri(provider),
        is_private_allowed=provider.is_private_allowed and settings.PRIVATE_SOURCES,
    )
    return Naver(client) if provider.kind == ProviderKind.NAVER else OpenId(client)


def redirect_uri(provider: SignInProvider) -> str:
    """Return the one address to which the provider may send people back."""
    return settings.PUBLIC_URL + reverse("sso:callback", args=[provider.workspace_id, provider.pk])


def add_provider(*, by: Member, kind: ProviderKind, name: str, now: datetime) -> SignInProvider:
    """Make a provider that is not asked yet: it has to be told our address before it gives us an ID and a secret."""
    provider = SignInProvider.objects.create(workspace=by.workspace, kind=kind, name=name, issuer=ISSUERS.get(kind, ""))
    detail = {"provider": str(provider.pk), "kind": kind, "name": name}
    record_act(member=by, verb="add_provider", detail=detail, now=now, deed=Deed.GRANT)
    return provider


def change_provider(
    *, by: Member, provider: SignInProvider, values: Mapping[str, Any], client_secret: str, now: datetime
) -> None:
    """
    Change a provider and ask it once. An empty secret keeps the stored one while the issuer stays.

    :raises UnableToIdentify: if the provider cannot be asked
    """
    if client_secret:
        provider.client_secret = sealed(provider, "client_secret", client_secret)
    elif values.get("issuer", provider.issuer) != provider.issuer:  # the secret is for that provider's eyes only
        provider.client_secret = ""
    for name, value in values.items():
        setattr(provider, name, value)
    asking(provider).address(Question())
    provider.save()
    detail = {"provider": str(provider.pk), "secret_changed": bool(client_secret), **values}
    record_act(member=by, verb="change_provider", detail=detail, now=now, deed=Deed.GRANT)


def remove_provider(*, by: Member, provider: SignInProvider, now: datetime) -> None:
    """Believe a provider no more. Who came in by it needs a password or an invitation."""
    SignInRules.objects.filter(workspace_id=by.workspace_id, only_by=provider).update(only_by=None)
    detail = {"provider": str(provider.pk), "name": provider.name}
    provider.delete()
    record_act(member=by, verb="remove_provider", detail=detail, now=now, deed=Deed.GRANT)


def link_account(*, provider: SignInProvider, member: Member, who: Identified, now: datetime) -> None:
    """
    Let a member come in as this account of the provider. The caller knows that it is the member who sits there.

    :raises UnableToLink: if it is another member's account, or the member has another one there
    """
    _refuse_other_domain(provider, who)
    account = LinkedAccount(
        workspace_id=provider.workspace_id, provider=provider, member=member, issuer=who.issuer, subject=who.subject,
        linked_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise UnableToLink(
            _("This account is linked already, to you or to somebody else. Unlink it there first.")
        ) from error
    detail = {"provider": str(provider.pk), "subject": who.subject}
    record_act(member=member, verb="link_account", detail=detail, now=now, deed=Deed.GRANT)


def unlink_account(*, account: LinkedAccount, now: datetime) -> None:
    """Let the member come in by this account no more."""
    detail = {"provider": str(account.provider_id), "subject": account.subject}
    member = account.member
    account.delete()
    record_act(member=member, verb="unlink_account", detail=detail, now=now, deed=Deed.GRANT)


def recognise(*, provider: SignInProvider, who: Identified, now: datetime) -> Member:
    """
    Return whose account of the provider it is; a newcomer gets a place if the provider may bring any.

    An e-mail address equal to a member's names nobody: whoever writes a provider's addresses could be anybody.

    :raises UnableToRecognise: if it is nobody's and may not become somebody's, or its member left
    """
    _refuse_other_domain(provider, who)
    known = LinkedAccount.objects.select_related("member__user").filter(
        workspace_id=provider.workspace_id, provider=provider, issuer=who.issuer, subject=who.subject
    )
    account = known.first()
    member = account.member if account else _newcomer(provider, who, now)
    if member.ended_at is not None or not member.user.is_active:
        raise UnableToRecognise(_("Your account is closed. Ask an administrator of your workspace."))
    _follow_claim(provider, member, who, now)
    return member


def _newcomer(provider: SignInProvider, who: Identified, now: datetime) -> Member:
    role = _told_role(provider, who) or provider.newcomer_role
    if not provider.newcomer_role or not provider.domains or not who.email:
        raise UnableToRecognise(
            _("This account is linked to nobody here. Ask for an invitation, or sign in and link it on your profile.")
        )
    if User.objects.filter(email=who.email).exists():
        raise UnableToRecognise(
            _("Somebody has an account with this e-mail address. Sign in with its password and link it on the profile.")
        )
    seat_one_more(provider.workspace_id, UnableToRecognise)
    user = User.objects.create_user(who.email, name=who.name[:100] or who.email, language=provider.workspace.language)
    member = Member.objects.create(workspace_id=provider.workspace_id, user=user, role=role)
    record_act(member=member, verb="arrive", detail={"member": str(member.pk), "role": role}, now=now, deed=Deed.GRANT)
    link_account(provider=provider, member=member, who=who, now=now)
    return member


def _refuse_other_domain(provider: SignInProvider, who: Identified) -> None:
    if provider.domains and _proven_domain(provider, who) not in provider.domains:
        raise UnableToRecognise(_("Your workspace does not let people in with an e-mail address like yours."))


def _proven_domain(provider: SignInProvider, who: Identified) -> str:
    """Return the domain that the provider answers for. Google answers for a company's domain in `hd` alone."""
    if provider.kind == ProviderKind.GOOGLE:
        return str(who.claims.get("hd", "")).lower()
    return who.email.rpartition("@")[2] if provider.kind in PROVES_ADDRESSES else ""


def _follow_claim(provider: SignInProvider, member: Member, who: Identified, now: datetime) -> None:
    role = _told_role(provider, who)
    if role and role != member.role:
        detail = {"member": str(member.pk), "role": role, "was": member.role, "provider": str(provider.pk)}
        member.role, member.custom_role = role, None
        member.save(update_fields=["role", "custom_role"])
        record_act(member=member, verb="follow_claim", detail=detail, now=now, deed=Deed.GRANT)


def _told_role(provider: SignInProvider, who: Identified) -> str:
    """Return the first of our roles that the provider names, or nothing."""
    told = who.claims.get(provider.role_claim) if provider.role_claim else None
    return next((str(name) for name in (told if isinstance(told, list) else [told]) if name in ROLES), "")
