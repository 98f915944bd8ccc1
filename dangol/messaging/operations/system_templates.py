"""The templates of the mails that Dangol itself writes: there when they are first needed."""

from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.enums import Channel, Purpose
from dangol.messaging.enums import SystemLetter
from dangol.messaging.models import Template, TemplateVersion
from dangol.messaging.system_letters import LETTERS, REASONS

LANGUAGES = ("ko", "en")


def system_version(*, workspace_id: UUID, key: str, language: str) -> TemplateVersion:
    """Return the newest wording of a system letter in a language; the first one is made if there is none."""
    found = _versions(workspace_id, key, language).first()
    return found or _make(workspace_id, key, language)


def make_system_templates(*, workspace_id: UUID) -> None:
    """Make the templates of all system letters that are not there yet, so that an administrator can change them."""
    known = set(Template.objects.filter(workspace_id=workspace_id).values_list("system_key", "language"))
    for key in SystemLetter.values:
        for language in LANGUAGES:
            if (key, language) not in known:
                _make(workspace_id, key, language)


def _versions(workspace_id: UUID, key: str, language: str) -> QuerySet[TemplateVersion]:
    versions = TemplateVersion.objects.filter(
        workspace_id=workspace_id, template__system_key=key, template__language=language
    )
    return versions.select_related("template").order_by("-number")


def _make(workspace_id: UUID, key: str, language: str) -> TemplateVersion:
    letter = LETTERS[SystemLetter(key), language]
    names = Template.objects.filter(workspace_id=workspace_id, name=letter.name)
    Template.objects.bulk_create(
        [
            Template(
                workspace_id=workspace_id, name=f"{letter.name} ·" if names.exists() else letter.name,
                channel=Channel.EMAIL, purpose=Purpose.TRANSACTIONAL, transactional_reason=REASONS[SystemLetter(key)],
                system_key=key, language=language,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    template = Template.objects.get(workspace_id=workspace_id, system_key=key, language=language)
    first = TemplateVersion(
        workspace_id=workspace_id, template=template, number=1, subject=letter.subject, body=letter.body
    )
    TemplateVersion.objects.bulk_create([first], ignore_conflicts=True)
    return _versions(workspace_id, key, language)[0]
