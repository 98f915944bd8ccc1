"""Writing and rewriting templates."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.messaging.models import Sender, Template, TemplateVersion
from dangol.messaging.writing import CompiledTemplate, Reader, Rendered, TemplateProblem, compile_version
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

PREVIEW_URLS = {"unsubscribe_url": "#unsubscribe", "preferences_url": "#preferences", "why_url": "#why"}


class UnableToSaveTemplate(OperationError):
    """The text is wrong, or the template lacks something. `part` and `line` say where; line 0 is unknown."""

    def __init__(self, message: str, *, part: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.part = part
        self.line = line


@transaction.atomic
def create_template(
    *,
    member: Member,
    name: str,
    purpose: str,
    subject: str,
    body: str,
    now: datetime,
    preheader: str = "",
    transactional_reason: str = "",
    intended_feeling: str = "",
) -> Template:
    """
    Make a template with its first version. The purpose stays for good; a transactional one is audited with its reason.

    :raises UnableToSaveTemplate: on an empty or taken name, a missing purpose or reason, or wrong Liquid or MJML
    """
    _check_head(name, purpose, subject, transactional_reason)
    _check_text(subject=subject, preheader=preheader, body=body, purpose=purpose)
    template = Template(
        workspace_id=member.workspace_id,
        name=name.strip(),
        channel=Channel.EMAIL,
        purpose=purpose,
        transactional_reason=transactional_reason.strip(),
        intended_feeling=intended_feeling,
        created_by=member,
    )
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise UnableToSaveTemplate(_("Another template has this name. Choose another one."), part="name") from error
    _add_version(template, member, number=1, subject=subject, preheader=preheader, body=body)
    if purpose == Purpose.TRANSACTIONAL:
        detail = {"template": str(template.pk), "reason": template.transactional_reason}
        record_act(member=member, verb="transactional_template", detail=detail, now=now)
    return template


@transaction.atomic
def edit_template(
    *, template: Template, member: Member, subject: str, body: str, now: datetime, preheader: str = ""
) -> TemplateVersion:
    """
    Add a version with the new wording. What was sent keeps the wording it was sent with.

    :raises UnableToSaveTemplate: on wrong Liquid or MJML
    """
    if not subject.strip():
        raise UnableToSaveTemplate(_("Write a subject."), part="subject")
    _check_text(subject=subject, preheader=preheader, body=body, purpose=template.purpose)
    Template.objects.select_for_update().get(pk=template.pk)
    newest = newest_version(template)
    if (newest.subject, newest.preheader, newest.body) == (subject, preheader, body):
        return newest
    record_act(member=member, verb="edit_template", detail={"template": str(template.pk)}, now=now)
    return _add_version(template, member, number=newest.number + 1, subject=subject, preheader=preheader, body=body)


def newest_version(template: Template) -> TemplateVersion:
    """Return the wording that the next message takes."""
    return TemplateVersion.objects.filter(workspace_id=template.workspace_id, template=template).latest("number")


def render_preview(version: TemplateVersion, person: Person) -> Rendered:
    """
    Return the mail as this person would get it, with public addresses that lead nowhere.

    :raises UnableToSaveTemplate: if it cannot be rendered for this person
    """
    sender = Sender.objects.filter(workspace_id=version.workspace_id).first() or Sender()
    try:
        compiled = compile_version(version, purpose=version.template.purpose)
        return compiled.render(reader=Reader.of(person), sender=sender, urls=PREVIEW_URLS)
    except TemplateProblem as problem:
        raise _refusal(problem) from problem


def render_draft(
    *, workspace_id: UUID, person: Person | None, subject: str, preheader: str, body: str, purpose: str
) -> Rendered:
    """
    Return a text that is not saved yet as this person, or an invented one, would get it.

    :raises UnableToSaveTemplate: with part and line, if it cannot be rendered
    """
    sender = Sender.objects.filter(workspace_id=workspace_id).first() or Sender()
    reader = Reader.of(person) if person else SAMPLE
    try:
        compiled = CompiledTemplate(subject=subject, preheader=preheader, body=body, purpose=purpose)
        return compiled.render(reader=reader, sender=sender, urls=PREVIEW_URLS)
    except TemplateProblem as problem:
        raise _refusal(problem) from problem


SAMPLE = Reader(
    name="김하늘", family_name="김", given_name="하늘", called="김하늘 님", email="haneul@example.com", city="서울",
    country="KR", language="ko", fields={},
)  # fmt: skip


def _check_head(name: str, purpose: str, subject: str, transactional_reason: str) -> None:
    if not name.strip():
        raise UnableToSaveTemplate(_("Give the template a name."), part="name")
    if purpose not in Purpose.values:
        raise UnableToSaveTemplate(
            _("Say what the template is for: marketing, service or transaction."), part="purpose"
        )
    if purpose == Purpose.TRANSACTIONAL and not transactional_reason.strip():
        raise UnableToSaveTemplate(
            _("Say which transaction this message belongs to. It is kept in the audit record."),
            part="transactional_reason",
        )
    if not subject.strip():
        raise UnableToSaveTemplate(_("Write a subject."), part="subject")


def _check_text(*, subject: str, preheader: str, body: str, purpose: str) -> None:
    try:
        compiled = CompiledTemplate(subject=subject, preheader=preheader, body=body, purpose=purpose)
        compiled.render(reader=SAMPLE, sender=Sender(), urls=PREVIEW_URLS)
    except TemplateProblem as problem:
        raise _refusal(problem) from problem


def _refusal(problem: TemplateProblem) -> UnableToSaveTemplate:
    where = _("Line %(line)s: %(message)s") % {"line": problem.line, "message": problem.message}
    return UnableToSaveTemplate(where if problem.line else problem.message, part=problem.part, line=problem.line)


def _add_version(
    template: Template, member: Member, *, number: int, subject: str, preheader: str, body: str
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        workspace_id=template.workspace_id,
        template=template,
        number=number,
        subject=subject.strip(),
        preheader=preheader.strip(),
        body=body,
        created_by=member,
    )
