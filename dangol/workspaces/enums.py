"""Roles, languages, the scopes of keys, and what a workspace may be given a limit of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member is here for. Rights follow from it in `permissions.py`."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    MARKETER = "marketer", _("Marketer")
    SALES = "sales", _("Sales representative")
    SERVICE = "service", _("Service agent")
    ANALYST = "analyst", _("Analyst")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    SHOP_STAFF = "shop_staff", _("Shop staff")
    PARTNER = "partner", _("Partner")
    CUSTOM = "custom", _("A role of the workspace")


class Kind(models.TextChoices):
    """To what rights are given."""

    PEOPLE = "people", _("People")
    COMPANIES = "companies", _("Companies")
    RECORDS = "records", _("Records")
    SEGMENTS = "segments", _("Segments")
    EVENTS = "events", _("Events")
    CAMPAIGNS = "campaigns", _("Campaigns")
    AUDIT = "audit", _("Audit record")
    SETTINGS = "settings", _("Settings")
    PRIVACY = "privacy", _("Privacy")


class Verb(models.TextChoices):
    """What a right allows."""

    SEE = "see", pgettext_lazy("of a right", "See")
    CHANGE = "change", pgettext_lazy("of a right", "Change")
    DELETE = "delete", pgettext_lazy("of a right", "Delete")
    EXPORT = "export", pgettext_lazy("of a right", "Export")
    IMPORT = "import", pgettext_lazy("of a right", "Import")
    REVEAL = "reveal", pgettext_lazy("of a right", "Reveal what is masked")
    SEND = "send", pgettext_lazy("of a right", "Send")


class Level(models.IntegerChoices):
    """How far a right reaches. The team's and the branch's rows include those that nobody owns."""

    NONE = 0, pgettext_lazy("how far a right reaches", "None")
    OWN = 1, pgettext_lazy("how far a right reaches", "Own")
    TEAM = 2, pgettext_lazy("how far a right reaches", "Team")
    BRANCH = 3, pgettext_lazy("how far a right reaches", "Branch")
    ALL = 4, pgettext_lazy("how far a right reaches", "All")


class FieldAccess(models.IntegerChoices):
    """What a role may do with a field that tells more about a person than most."""

    MASK = 0, pgettext_lazy("of a field", "Masked")
    READ = 1, pgettext_lazy("of a field", "Read")
    WRITE = 2, pgettext_lazy("of a field", "Read and change")


class Language(models.TextChoices):
    """Languages of the interface and of messages."""

    KOREAN = "ko", "한국어"
    ENGLISH = "en", "English"


class Theme(models.TextChoices):
    """How a member wants to see the screens."""

    SYSTEM = "system", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class KeyScope(models.TextChoices):
    """What a program may do with a key, within what its member may do."""

    READ = "read", pgettext_lazy("of an API key", "Read")
    WRITE = "write", pgettext_lazy("of an API key", "Read and change")
    SCIM = "scim", pgettext_lazy("of an API key", "Manage members (SCIM)")


class ProviderKind(models.TextChoices):
    """Who says who somebody is."""

    OPEN_ID = "openid", _("OpenID Connect (Entra ID, Okta, Keycloak …)")
    GOOGLE = "google", "Google"
    KAKAO = "kakao", _("Kakao")
    NAVER = "naver", _("Naver")


class Span(models.TextChoices):
    """Over what time a use is counted."""

    NOW = "now", pgettext_lazy("span of a limit", "at the moment")
    HOUR = "hour", pgettext_lazy("span of a limit", "an hour")
    DAY = "day", pgettext_lazy("span of a limit", "a day")
    MONTH = "month", pgettext_lazy("span of a limit", "a month")


class Limited(models.TextChoices):
    """Of what a workspace may be given a limit. What happens at each limit: docs/howto/limits.md."""

    PEOPLE = "people", _("People")
    MEMBERS = "members", _("Members")
    SOURCES = "sources", _("Sources of events")
    SEGMENTS = "segments", _("Segments")
    STORAGE = "storage", _("Storage in MB")
    EVENTS = "events", _("Events")
    EMAILS = "emails", _("E-mails sent")
    IMPORT_ROWS = "import_rows", _("Imported rows")
    EXPORT_ROWS = "export_rows", _("Exported rows")
    API_CALLS = "api_calls", _("API calls")

    @property
    def span(self) -> Span:
        return SPANS.get(self, Span.DAY)


SPANS = {
    Limited.PEOPLE: Span.NOW,
    Limited.MEMBERS: Span.NOW,
    Limited.SOURCES: Span.NOW,
    Limited.SEGMENTS: Span.NOW,
    Limited.STORAGE: Span.NOW,
    Limited.EVENTS: Span.MONTH,
    Limited.API_CALLS: Span.HOUR,
}


class NoticeKind(models.TextChoices):
    """Of what members are told by e-mail, too."""

    APPROVALS = "approvals", _("Approvals that wait for you")
    REQUESTS = "requests", _("Requests about data that are due")
    BREACHES = "breaches", _("Breaches of which somebody still has to be told")
    LIMITS = "limits", _("Limits that are nearly reached")
    BACKUPS = "backups", _("Backups that fail")


class Deed(models.TextChoices):
    """What kind of act an entry of the audit record tells."""

    SEE = "see", pgettext_lazy("in the audit record", "Saw")
    SEARCH = "search", pgettext_lazy("in the audit record", "Searched")
    EXPORT = "export", pgettext_lazy("in the audit record", "Exported")
    CHANGE = "change", pgettext_lazy("in the audit record", "Changed")
    MERGE = "merge", pgettext_lazy("in the audit record", "Merged")
    SEND = "send", pgettext_lazy("in the audit record", "Sent")
    REVEAL = "reveal", pgettext_lazy("in the audit record", "Revealed")
    GRANT = "grant", pgettext_lazy("in the audit record", "Changed rights")
    SIGN_IN = "sign_in", pgettext_lazy("in the audit record", "Signed in")
    SIGN_OUT = "sign_out", pgettext_lazy("in the audit record", "Signed out")
    REFUSED = "refused", pgettext_lazy("in the audit record", "Refused")


class DataPurpose(models.TextChoices):
    """What personal data is kept for."""

    RELATIONSHIP = "relationship", _("Knowing customers and keeping the relationship")
    SALES = "sales", _("Contracts, payments and delivery")
    MARKETING = "marketing", _("Marketing to those who agreed")
    ANALYSIS = "analysis", _("Understanding what customers do, and grouping them")
    DUTIES = "duties", _("Duties of the law, and proof that they are met")
    OPERATION = "operation", _("Running and protecting the system")


class LegalBasis(models.TextChoices):
    """On what ground the law lets personal data be processed."""

    CONSENT = "consent", _("Consent (PIPA 15(1)1, GDPR 6(1)(a))")
    CONTRACT = "contract", _("Contract (PIPA 15(1)4, GDPR 6(1)(b))")
    LAW = "law", _("Legal duty (PIPA 15(1)2, GDPR 6(1)(c))")
    INTEREST = "interest", _("Legitimate interest (PIPA 15(1)6, GDPR 6(1)(f))")


class DataSort(models.TextChoices):
    """What sort of personal data it is."""

    CONTACT = "contact", _("Names and ways to reach somebody")
    IDENTIFIER = "identifier", _("Numbers and identifiers")
    PROFILE = "profile", _("Details about a person")
    SEALED = "sealed", _("Unique identifiers and sensitive data")
    BEHAVIOUR = "behaviour", _("What a person did")
    PURCHASE = "purchase", _("Purchases")
    MESSAGE = "message", _("Messages and answers")
    JUDGEMENT = "judgement", _("Judgements, scores and groups")
    CONSENT = "consent", _("Consents and requests")
    ACCESS = "access", _("Sign-in and use of the system")


class DataSubjects(models.TextChoices):
    """Whose data it is."""

    CUSTOMERS = "customers", _("Customers and their contacts")
    MEMBERS = "members", _("Members of the workspace")


class ApproverWay(models.TextChoices):
    """By what those are chosen who have to agree."""

    ROLE = "role", _("Members with a role")
    MEMBERS = "members", _("Named members")
    BRANCH = "branch", _("Managers of the asker's branch")


class ApprovalState(models.TextChoices):
    """Where a question for approval is. It is void when what was asked for became something else meanwhile."""

    WAITING = "waiting", pgettext_lazy("of an approval", "Waits for answers")
    APPROVED = "approved", pgettext_lazy("of an approval", "Approved")
    USED = "used", pgettext_lazy("of an approval", "Done")
    REFUSED = "refused", pgettext_lazy("of an approval", "Refused")
    VOID = "void", pgettext_lazy("of an approval", "Void")
    EXPIRED = "expired", pgettext_lazy("of an approval", "Too late")
