"""A workspace in which every address of the product leads somewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from dangol.customers.models import (
    Change,
    Company,
    CustomObject,
    CustomRecord,
    DuplicatePair,
    FieldDefinition,
    FieldFile,
    FilePiece,
    GuardianConsent,
    Household,
    Merge,
    PeopleImport,
    Person,
    Relation,
    Restriction,
    RightsCopy,
    RightsRequest,
    SavedMapping,
    SealedField,
    Share,
    Tagging,
)
from dangol.customers.operations import keep_sealed_value
from dangol.desk.models import BulkChange, EventExport, SavedView
from dangol.integrations.data_sources.models import Run
from dangol.integrations.data_sources.models import Source as DataSource
from dangol.integrations.event_files.models import EventFile
from dangol.integrations.short_links.models import ShortLink
from dangol.integrations.webhooks.models import Webhook
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.ids import uuid7
from dangol.kit.signing import sign_ids
from dangol.marketing.models import Campaign
from dangol.messaging import links
from dangol.messaging.models import ContactRules, Message, Sender, TemplateVersion
from dangol.privacy.models import Breach
from dangol.relations.models import Hurt, Promise
from dangol.segments.models import ComputedTrait, Segment, SegmentVersion
from dangol.tracking.enums import SourceKind
from dangol.tracking.models import (
    DeadLetter,
    Event,
    EventDefinition,
    PropertyDefinition,
    Replay,
    Sample,
    SchemaWarning,
    Source,
)
from dangol.workspaces.enums import KeyScope, Level, Role, Verb
from dangol.workspaces.models import (
    ApiKey,
    Approval,
    ApprovalRule,
    Branch,
    CustomRole,
    Elevation,
    Invitation,
    LinkedAccount,
    Member,
    SignInProvider,
    Team,
    User,
)
from dangol.workspaces.operations import make_api_key
from dangol.workspaces.permissions import MASKED, RIGHTS
from dangol.workspaces.queries import INVITATION
from tests.factories import NOW
from tests.messaging.making import BODY
from tests.people import Cast, make_cast
from tests.security.one_of_each import TELLING, Given, OneOfEach

TRASHABLE = (Person, Company, CustomRecord)
EVERYBODY = {"kind": "everyone"}
GIVEN: Given = {
    Person: lambda one: {"email": "sol@hidden.example", "phone": "+821098765432", "owner": one.member},
    FieldDefinition: lambda _one: {"object": "person", "key": "size", "kind": "text"},
    CustomObject: lambda _one: {"key": "visit"},
    FieldFile: lambda one: {"person": one(Person), "content_type": "text/plain"},
    DuplicatePair: lambda one: {"person": one(Person), "other_person": one.another(Person, name="김하눌")},
    Merge: lambda one: {"kept_person": one(Person), "merged_person": one(DuplicatePair).other_person},
    Relation: lambda one: {"source_person": one(Person), "target_company": one(Company), "kind": "works_at"},
    RightsRequest: lambda one: {
        "person": one(Person),
        "kind": "access",
        "note": TELLING,
        "reply": TELLING,
        "identity_proof": TELLING,
        "extension_reason": TELLING,
    },
    DeadLetter: lambda _one: {"body": json.dumps({"context": {"traits": {"said": TELLING}}}).encode()},
    Sample: lambda _one: {"body": json.dumps({"id": "one", "document": {"said": TELLING}}).encode()},
    PeopleImport: lambda _one: {"file_name": "people.csv", "header": ["Name"], "mapping": {"0": "name"}},
    Tagging: lambda one: {"person": one(Person)},
    RightsCopy: lambda one: {"person": one(Person), "expires_at": timezone.now() + timedelta(days=1)},
    EventExport: lambda _one: {"state": "done", "expires_at": timezone.now() + timedelta(days=1)},
    Approval: lambda one: {
        "subject": "deletion",
        "content": {"list": "people"},
        "members": [one.member.pk],
        "digest": "one",
    },
    ApprovalRule: lambda _one: {"subject": "deletion"},
    Elevation: lambda _one: {"member": Member.objects.get(user__email__startswith="jieun"), "role": "manager"},
    Share: lambda one: {"person": one(Person), "member": one.member, "until": timezone.now() + timedelta(days=1)},
    Webhook: lambda _one: {"secret": ""},
    Segment: lambda _one: {"definition": EVERYBODY},
    SegmentVersion: lambda _one: {"definition": EVERYBODY},
    ComputedTrait: lambda _one: {"question": {"trait": "order_count"}},
    TemplateVersion: lambda _one: {"body": BODY},
    BulkChange: lambda _one: {"listed": "people", "action": "delete"},
    SavedView: lambda one: {"listed": "people", "by": one.member},
    DataSource: lambda _one: {"kind": "files", "is_active": False},
}


WORDS: Mapping[str, Any] = {
    "listed": "people",
    "kind": "person",
    "short_links:picture.kind": "svg",
    "way": "next",
    "key": "city",
    "field": "name",
    "number": 1,
    "name": "one",
    "reveal.name": "email",
    "language": "ko",
    "act": "stop",
    "uidb36": "1",
    "slug": "dangol",
    "rest": "Nothing",
}
"""Arguments that name no row."""

NOT_NAMED = (
    Sender, ContactRules, Tagging, RightsCopy, FilePiece, SegmentVersion, Restriction, GuardianConsent, Sample,
)  # fmt: skip
"""Rows that stand in pages without an address of their own."""


@dataclass(frozen=True)
class Town:
    """The cast, what their addresses name, and a key of the API for each side."""

    cast: Cast
    values: Mapping[str, Any]
    key: str
    foreign_key: str
    clerk: Member
    clerk_key: str


def build_town(mark: str = "") -> Town:
    """
    Fill a workspace.

    :param mark: what every text of it begins with, so that several towns can be told apart
    """
    cast = make_cast(mark)
    with tenancy.workspace(cast.workspace.pk):
        values = _values(OneOfEach(cast.admin, GIVEN, mark))
        key = _key_of(cast.admin)
        clerk = _clerk(cast, mark)
        clerk_key = _key_of(clerk)
    with tenancy.workspace(cast.other_workspace.pk):
        foreign_key = _key_of(cast.lee)
    tenancy.leave_workspace()
    return Town(cast, values, key, foreign_key, clerk, clerk_key)


def _clerk(cast: Cast, mark: str) -> Member:
    """Return somebody who may do everything but read how to reach people."""
    levels = {f"{kind}.{verb}": Level.ALL for kind, verb in RIGHTS if verb != Verb.REVEAL}
    role = CustomRole.objects.create(workspace=cast.workspace, name="창구", levels=levels, fields=MASKED)
    user = User.objects.create_user(f"clerk{mark}@example.com", name="창구")
    return Member.objects.create(workspace=cast.workspace, user=user, role=Role.CUSTOM, custom_role=role)


def _values(one: OneOfEach) -> dict[str, Any]:
    """Say which row each argument of an address names; see `Route.address`."""
    for model in NOT_NAMED:
        one(model)
    return dict(WORDS) | _customers(one) | _sources(one) | _tokens(one(Message)) | {
        "view_id": one.id_of(SavedView),
        "bulk_progress.change_id": one.id_of(BulkChange),
        "bulk_undo.change_id": one.id_of(BulkChange),
        "export_id": one.id_of(EventExport),
        **_ways_in(one),
        "team_id": one.id_of(Team),
        "job_id": _given_up_job(one.member),
        "member_id": Member.objects.get(user__email__startswith="jieun").pk,
        "key_id": one.id_of(ApiKey),
        "role_id": one.id_of(CustomRole),
        "elevation_id": one.id_of(Elevation),
        "share_id": one.id_of(Share),
        "approval_id": one.id_of(Approval),
        "rule_id": one.id_of(ApprovalRule),
        "branch_id": one.id_of(Branch),
        "pk": _passkey_of(one.member).pk,
        "segment_id": one.id_of(Segment),
        "trait_id": one.id_of(ComputedTrait),
        "campaign_id": one.id_of(Campaign),
        "template_id": one(TemplateVersion).template_id,
        "message_id": one.id_of(Message),
        "promise_id": one.id_of(Promise),
        "hurt_id": one.id_of(Hurt),
        "breach_id": one.id_of(Breach),
    }  # fmt: skip


def _customers(one: OneOfEach) -> dict[str, Any]:
    person, company, record, field = one(Person), one(Company), one(CustomRecord), one(FieldDefinition)
    with act_as(member_id=one.member.pk, batch=uuid7()):
        Person.objects.filter(pk=person.pk).update(city="서울")
    change = Change.objects.filter(about_id=person.pk).latest("pk")
    pair = one(DuplicatePair)
    keep_sealed_value(person=person, field=one(SealedField), text="one", member=one.member, now=NOW)
    with tenancy.open_trash():
        trashed = {model: one.another(model, name="지운 것", deleted_at=NOW).pk for model in TRASHABLE}
    return {
        "person_id": person.pk,
        "company_id": company.pk,
        "row_id": person.pk,
        "subject_id": person.pk,
        "company_cell.row_id": company.pk,
        "history:delete_company.row_id": company.pk,
        "history:restoration.row_id": trashed[Person],
        "history:end.row_id": trashed[Person],
        "rest:restore_person.person_id": trashed[Person],
        "rest:restore_company.company_id": trashed[Company],
        "rest:restore_record.record_id": trashed[CustomRecord],
        "record_id": record.pk,
        "history:person.record_id": person.pk,
        "history:company.record_id": company.pk,
        "object_id": record.object_id,
        "object_key": record.object.key,
        "object": record.object.key,
        "change_id": change.pk,
        "batch": change.batch,
        "field_id": field.pk,
        "fields:file.file_id": one.id_of(FieldFile),
        "request_id": one.id_of(RightsRequest),
        "pair_id": pair.pk,
        "one_id": pair.person_id,
        "other_id": pair.other_person_id,
        "merge_id": one.id_of(Merge),
        "household_id": one.id_of(Household),
        "relation_id": one.id_of(Relation),
        "import_id": one.id_of(PeopleImport),
        "mapping_id": one.id_of(SavedMapping),
        "sealed_id": one.id_of(SealedField),
    }


def _sources(one: OneOfEach) -> dict[str, Any]:
    source = one(Source)
    by_kind = {
        kind: source if kind is SourceKind.API
        else one.another(Source, kind=kind, name=kind, key_digest=f"{kind}{one.mark}")
        for kind in SourceKind
    }  # fmt: skip
    told = one.mark + TELLING
    event = Event(
        pk=uuid7(), workspace_id=one.member.workspace_id, person_id=one(Person).pk, occurred_at=NOW, received_at=NOW,
        kind="track", name="one", properties={"said": told}, context={"traits": {"said": [told]}},
        source_id=source.pk, message_id="one",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(%s::date)", [NOW])
    event.save(force_insert=True)
    link = one.another(ShortLink, source=by_kind[SourceKind.LINKS])
    return {
        "source_id": source.pk,
        **{f"{kind}.source_id": row.pk for kind, row in by_kind.items()},
        "data_sources.source_id": one.id_of(DataSource),
        "run_id": one.id_of(Run),
        "event_id": one.id_of(EventDefinition),
        "tracking:event_seen.event_id": event.pk,
        "property_id": one.id_of(PropertyDefinition),
        "warning_id": one.id_of(SchemaWarning),
        "replay_id": one.id_of(Replay),
        "letter_id": one.id_of(DeadLetter),
        "event_files.file_id": one.another(EventFile, source=by_kind[SourceKind.FILE]).pk,
        "link_id": link.pk,
        "code": link.code,
        "address": one.another(Webhook, source=by_kind[SourceKind.WEBHOOK]).address,
    }


def _tokens(message: Message) -> dict[str, Any]:
    """Return what stands for `token` in each address of a message; a click's leads somewhere as well."""
    names = {"open": links.OPEN, "honeypot": links.HONEYPOT, "opt_out": links.OPT_OUT, "opt_out_undo": links.OPT_OUT,
             "preferences": links.PREFERENCES, "too_much": links.PREFERENCES, "my_data": links.PREFERENCES,
             "confirm": links.CONFIRM, "why": links.WHY, "mute": links.WHY}  # fmt: skip
    tokens = {
        f"messaging:{name}.token": sign_ids(purpose=purpose, workspace_id=message.workspace_id, row_id=message.pk)
        for name, purpose in names.items()
    }
    click = links.click_url("https://shop.example.com/", message=message)
    return tokens | {"messaging:click.token": click.rpartition("/m/c/")[2]}


def _given_up_job(member: Member) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('default', 'one', jsonb_build_object('workspace_id', %s::text), 'failed') RETURNING id",
            [str(member.workspace_id)],
        )
        return int(cursor.fetchone()[0])


def _ways_in(one: OneOfEach) -> dict[str, Any]:
    user = User.objects.create_user(f"left{one.mark}@example.com", name="나간 사람")
    left = Member.objects.create(
        workspace_id=one.member.workspace_id, user=user, role=one.member.role, ended_at=NOW,
    )  # fmt: skip
    invitation = one.another(Invitation, expires_at=timezone.now() + timedelta(days=1))
    token = sign_ids(purpose=INVITATION, workspace_id=one.member.workspace_id, row_id=invitation.pk)
    return {
        "workspace_id": one.member.workspace_id,
        "provider_id": one.id_of(SignInProvider),
        "account_id": one.id_of(LinkedAccount),
        "resume_member.member_id": left.pk,
        "accept_invitation.token": token,
    }


def _passkey_of(member: Member) -> Authenticator:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call] # fido2 types it in part
    held = AttestedCredentialData.create(Aaguid.NONE, b"one", key)
    flags = AuthenticatorData.FLAG.USER_PRESENT | AuthenticatorData.FLAG.ATTESTED
    attested = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, held), {})
    told = CollectedClientData.create("webauthn.create", b"one", "http://testserver")
    response = {"clientDataJSON": told.b64, "attestationObject": websafe_encode(attested)}
    credential = {
        "id": websafe_encode(b"one"),
        "rawId": websafe_encode(b"one"),
        "type": "public-key",
        "response": response,
    }
    return Authenticator.objects.create(
        user=member.user, type="webauthn", data={"name": "one", "credential": credential}
    )


def _key_of(member: Member) -> str:
    _key, secret = make_api_key(
        by=member, name="ERP", member=member, scope=KeyScope.WRITE, expires_at=None, now=timezone.now()
    )
    return secret
