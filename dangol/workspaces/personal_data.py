"""Which personal data this room keeps: that of the members themselves."""

from django.utils.translation import gettext_lazy as _

from dangol.workspaces.contracts import WHILE_MEMBER, Kept, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, DataSubjects, LegalBasis
from dangol.workspaces.models import (
    Absence,
    ApiKey,
    Approval,
    ApprovalRule,
    ApprovalVote,
    AuditEntry,
    AuditSeal,
    Branch,
    CustomRole,
    Elevation,
    LinkedAccount,
    Member,
    Session,
    SignInProvider,
    SignInRules,
    Team,
    User,
)

PersonalData(
    model=User, fields=("name", "email", "language", "theme", "last_login"), title=_("Accounts of members"),
    sort=DataSort.CONTACT, purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, kept=WHILE_MEMBER,
    whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=User, fields=("password",), title=_("Passwords, which cannot be read back"), sort=DataSort.ACCESS,
    purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, kept=WHILE_MEMBER, whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=Member, fields=("external_id", "role", "joined_at", "ended_at"), title=_("Memberships"),
    sort=DataSort.ACCESS, purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, kept=WHILE_MEMBER,
    whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=Elevation, fields=("reason",), title=_("Lent rights"), sort=DataSort.ACCESS,
    purpose=DataPurpose.DUTIES, basis=LegalBasis.LAW, kept=WHILE_MEMBER, whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=LinkedAccount, fields=("issuer", "subject"), title=_("Accounts at identity providers"),
    sort=DataSort.IDENTIFIER, purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, kept=WHILE_MEMBER,
    whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=Session, fields=("session_key", "session_data", "address", "device", "last_used_at"), title=_("Sessions"),
    sort=DataSort.ACCESS, purpose=DataPurpose.OPERATION, basis=LegalBasis.INTEREST,
    kept=Kept(_("Until they are idle or too old, as the rules of sign-in say")), whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=AuditEntry, fields=("at", "deed", "verb", "people", "purpose", "detail", "address", "session", "keep_until"),
    title=_("Audit record"), sort=DataSort.ACCESS, purpose=DataPurpose.DUTIES, basis=LegalBasis.LAW,
    kept=Kept(_("Two years; changes of rights three (notice on safety measures, 5 and 8)")),
    whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=ApprovalVote, fields=("agrees", "note", "digest", "at"), title=_("Answers to questions for approval"),
    sort=DataSort.ACCESS, purpose=DataPurpose.DUTIES, basis=LegalBasis.INTEREST, kept=WHILE_MEMBER,
    whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
PersonalData(
    model=Absence, fields=("since", "until"), title=_("Who answers for whom"), sort=DataSort.ACCESS,
    purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, kept=WHILE_MEMBER, whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
tell_nothing_personal(Approval, "subject", "role", "members", "content", "digest")
tell_nothing_personal(ApprovalRule, "subject", "role", "members")
tell_nothing_personal(AuditSeal, "keep_until", "entries", "digests", "previous", "hash")
tell_nothing_personal(ApiKey, "name", "key_digest", "key_hint")
tell_nothing_personal(Branch, "name")
tell_nothing_personal(CustomRole, "name", "levels", "fields", "people")
tell_nothing_personal(Member, "people")
tell_nothing_personal(SignInProvider, "name", "issuer", "client_id", "client_secret", "domains", "role_claim")
tell_nothing_personal(SignInRules, "second_factor_roles", "networks")
tell_nothing_personal(Team, "name", "external_id")
