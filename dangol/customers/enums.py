"""Words of the people room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IdentityKind(models.TextChoices):
    """By what a person can be recognised."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL_ID = "external_id", _("Customer number")
    ANONYMOUS_ID = "anonymous_id", _("Browser or device")


class RelationKind(models.TextChoices):
    """In what way the source of a relation has to do with its target."""

    WORKS_AT = "works_at", _("Works at")
    DECIDES = "decides", _("Decides for")
    INFLUENCES = "influences", _("Influences")
    FAMILY_OF = "family_of", _("Family of")
    LIVES_IN = "lives_in", _("Lives in")
    REFERRED_BY = "referred_by", _("Referred by")
    BUYS_FOR = "buys_for", _("Buys for")
    PART_OF = "part_of", _("Part of")


class ContactKind(models.TextChoices):
    """How somebody is reached."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    ADDRESS = "address", _("Address")


class ContactUse(models.TextChoices):
    """What a way of reaching somebody is for."""

    HOME = "home", _("Home")
    WORK = "work", _("Work")
    BILLING = "billing", _("Billing")
    DELIVERY = "delivery", _("Delivery")
    OTHER = "other", _("Other")


class FieldKind(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", pgettext_lazy("kind of field", "Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of several")
    CHOICES = "choices", _("Several of several")
    BOOLEAN = "boolean", _("Yes or no")
    PERSON = "person", _("Link to a person")
    COMPANY = "company", _("Link to a company")
    RECORD = "record", _("Link to a record")
    URL = "url", _("Web address")
    FILE = "file", _("File")


class IndexState(models.TextChoices):
    """How far the side table of a field is."""

    NONE = "none", _("Not filterable")
    FILLING = "filling", _("Being prepared")
    READY = "ready", _("Filterable")
    EMPTYING = "emptying", _("Being taken back")


class Purpose(models.TextChoices):
    """Why a person is contacted. It can never be left open."""

    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Service")
    TRANSACTIONAL = "transactional", _("Transaction")


class Channel(models.TextChoices):
    """How a person is contacted."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    KAKAO = "kakao", _("Kakao")
    PUSH = "push", _("Push")
    PHONE = "phone", _("Phone call")


class ConsentState(models.TextChoices):
    """What the person said."""

    GIVEN = "given", _("Agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentBasis(models.TextChoices):
    """On what ground the consent stands."""

    EXPLICIT = "explicit", _("Explicit consent")
    EXISTING_CUSTOMER = "existing_customer", _("Existing customer, same kind of goods, six months")


class RightKind(models.TextChoices):
    """What a person may ask of us by law."""

    ACCESS = "access", _("A copy of the data")
    PORTABILITY = "portability", _("A copy to move on with")
    CORRECTION = "correction", _("Correction")
    RESTRICTION = "restriction", _("Stop of processing")
    ERASURE = "erasure", _("Erasure")
    OBJECTION = "objection", _("Objection to marketing")
    WITHDRAWAL = "withdrawal", _("Withdrawal of consent")
    EXPLANATION = "explanation", _("Explanation of automated decisions")


class RightsLaw(models.TextChoices):
    """Under which law somebody asks."""

    PIPA = "pipa", _("PIPA (Korea)")
    GDPR = "gdpr", _("GDPR (EU, UK)")


class RequestSource(models.TextChoices):
    """How a request reached us."""

    LINK = "link", _("The person, by link")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone call")
    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")
    AGENT = "agent", _("Agent or guardian")


class RefusalGround(models.TextChoices):
    """What the law accepts as a reason for refusing a request."""

    DUTY = "duty", _("Another law demands that the data is kept (PIPA 36(1), 37(2)1; GDPR 17(3)(b))")
    FORBIDDEN = "forbidden", _("A law forbids or limits it (PIPA 35(4)1)")
    OTHERS = "others", _("It would harm the life, body, property or rights of others (PIPA 35(4)2; GDPR 15(4))")
    CONTRACT = "contract", _("A contract with the person cannot be kept without the data (PIPA 37(2)4)")
    CLAIMS = "claims", _("Legal claims (GDPR 17(3)(e), 21(1))")
    UNPROVEN = "unproven", _("It was not proven who asks (PIPA 38; GDPR 12(6))")
    EXCESSIVE = "excessive", _("Plainly unfounded or excessive (GDPR 12(5))")


class RequestState(models.TextChoices):
    """How far a request is. One that a link asked for counts once its mail is answered."""

    UNCONFIRMED = "unconfirmed", _("Waits for confirmation")
    OPEN = "open", _("To be done")
    WORKING = "working", _("Being done")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class ChangeVerb(models.TextChoices):
    """What happened to a row."""

    ARRIVAL = "arrival", pgettext_lazy("history", "Added")
    CHANGE = "change", pgettext_lazy("history", "Changed")
    REMOVAL = "removal", pgettext_lazy("history", "Removed")


class ImportState(models.TextChoices):
    """How far a file is."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ImportTarget(models.TextChoices):
    """What the lines of a file are. Records of an own object are `RECORDS` and the object's key: "record:contract"."""

    PEOPLE = "people", _("People")
    COMPANIES = "companies", _("Companies")


RECORDS = "record:"


def sort_of(target: str) -> str:
    """Return `RECORDS` for records of whatever own object; people and companies are what they are."""
    return RECORDS if target.startswith(RECORDS) else target


def object_of(target: str) -> str:
    """Return whose fields the lines of a file fill: "person", "company" or the key of an own object."""
    cores = {ImportTarget.PEOPLE.value: "person", ImportTarget.COMPANIES.value: "company"}
    return cores.get(target) or target.removeprefix(RECORDS)


class OnDuplicate(models.TextChoices):
    """What a line about somebody does who is known already, from before or from further up in the file."""

    UPDATE = "update", _("Update: what the line says is written over what is known")
    FILL = "fill", _("Fill: only what is empty is filled in")
    SKIP = "skip", _("Skip: the line is left out")
    NEW = "new", _("Make new: a second record is made beside the known one")


class PairState(models.TextChoices):
    """What became of two who may be one."""

    OPEN = "open", _("To be decided")
    DIFFERENT = "different", _("Not the same")
    MERGED = "merged", _("Merged")


class ScanState(models.TextChoices):
    """How far a search for duplicates is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")


class ProblemCode(models.TextChoices):
    """Why a line of a file was not taken."""

    BAD_EMAIL = "bad_email", _("This is not an e-mail address.")
    BAD_PHONE = "bad_phone", _("This is not a phone number.")
    BAD_DATE = "bad_date", _("This is not a date. Write it like 1990-12-31.")
    BAD_CONSENT = "bad_consent", _("This is neither yes nor no.")
    BAD_VALUE = "bad_value", _("This value is not known. Check its spelling.")
    TOO_LONG = "too_long", _("This text is too long.")
    MISSING_IDENTITY = "missing_identity", _("The line has no e-mail address, phone number or customer number.")
    SHARED_ADDRESS = (
        "shared_address",
        _("Several people share this address or number: it recognises nobody. Give a customer number or one's own."),
    )
    DUPLICATE_ROW = "duplicate_row", _("The same person stands further up in this file.")
    RESIDENT_NUMBER = "resident_number", _("A resident registration number must not be kept. Take it out of the file.")
    BROKEN_QUOTES = "broken_quotes", _("A quotation mark is never closed.")
    WRONG_COLUMN_COUNT = "wrong_column_count", _("The line has more or fewer cells than the header.")
    ERASED = "erased", _("This person was erased at their own wish. Add them by hand if they come back.")
    TAKEN_EMAIL = "taken_email", _("The e-mail address belongs to somebody with another customer number.")
    EATEN_NUMBER = (
        "eaten_number",
        _("The spreadsheet cut this number off (like 1.01235E+09). Format the column as text, fill it again and save."),
    )
    BAD_NUMBER = "bad_number", _("This is not a business registration number. It has ten digits, like 123-45-67891.")
    UNKNOWN_MEMBER = "unknown_member", _("Nobody here has this e-mail address. Write the one with which they sign in.")
    UNREADABLE = (
        "unreadable",
        _("Some letters cannot be read. Choose another encoding above, or save the file as UTF-8."),
    )
    MISSING_NAME = "missing_name", _("The line has no name, business registration number or company number.")
    IN_TRASH = "in_trash", _("This record is in the trash. Bring it back first, or delete it for good.")
    OTHER_NUMBER = "other_number", _("These numbers belong to two different companies.")
    UNKNOWN_LINK = "unknown_link", _("Nobody and nothing here has this number, address or name. Bring it in first.")
    NAMELESS = "nameless", _("Something new needs a name.")
    BAD_FIELD = "bad_field", _("This does not fit the kind of the field. Look at the field's settings.")


class FindableKind(models.IntegerChoices):
    """Of what kind a row of the search index is. The numbers stand in migrations and never change."""

    PERSON = 1, _("People")
    COMPANY = 2, _("Companies")
    RECORD = 3, _("Records")


class FoundBy(models.IntegerChoices):
    """Why somebody or something was found. Of equally good reasons the lower number is told."""

    NAME = 1, _("Name")
    EMAIL = 2, _("E-mail")
    PHONE = 3, _("Phone")
    NUMBER = 4, pgettext_lazy("of a person or company", "Number")
    IDENTIFIER = 5, _("Id")
    INITIALS = 6, _("First consonants")
    DOMAIN = 7, _("Domain")
    SIMILAR = 8, _("Similar name")


class GuardianMethod(models.TextChoices):
    """How it was verified that a guardian agreed (PIPA decree, 17-2)."""

    TEXT_MESSAGE = "text", _("Agreed on our site, then confirmed by text message")
    CARD = "card", _("Agreed on our site, then confirmed with a payment card")
    PHONE_IDENTITY = "identity", _("Agreed on our site, then confirmed by phone identification")
    LETTER = "letter", _("Signed on paper, brought or sent by post or fax")
    EMAIL = "email", _("Agreed in an e-mail")
    CALL = "call", _("Agreed on the phone, or after a call that told where to agree")
    OTHER = "other", _("In another way as certain as these")
