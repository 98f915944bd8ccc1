"""Every business fact as a frozen dataclass, one file per room. Plain data: no Django."""

from dangol.facts.customers import (
    CompaniesMerged,
    CompaniesUnmerged,
    ConsentAsked,
    ConsentGiven,
    ConsentWithdrawn,
    PeopleChanged,
    PeopleImported,
    PeopleMerged,
    PeopleRestored,
    PeopleTrashed,
    PeopleUnmerged,
    ProcessingRestricted,
    ProcessingResumed,
)
from dangol.facts.integrations import SourceDrifted, SourceFailed, SourceRead
from dangol.facts.marketing import CampaignFinished, CampaignLaunched
from dangol.facts.messaging import ContactsMade, PersonAnswered, PersonOptedOut
from dangol.facts.segments import SegmentEntered, SegmentLeft
from dangol.facts.tracking import OrdersPlaced, OrdersRefunded, PeopleActed, PersonIdentified
from dangol.facts.workspaces import KeyAdded, WorkspaceResumed, WorkspaceSuspended

__all__ = [
    "CampaignFinished",
    "CampaignLaunched",
    "CompaniesMerged",
    "CompaniesUnmerged",
    "ConsentAsked",
    "ConsentGiven",
    "ConsentWithdrawn",
    "ContactsMade",
    "KeyAdded",
    "OrdersPlaced",
    "OrdersRefunded",
    "PeopleActed",
    "PeopleChanged",
    "PeopleImported",
    "PeopleMerged",
    "PeopleRestored",
    "PeopleTrashed",
    "PeopleUnmerged",
    "PersonAnswered",
    "PersonIdentified",
    "PersonOptedOut",
    "ProcessingRestricted",
    "ProcessingResumed",
    "SegmentEntered",
    "SegmentLeft",
    "SourceDrifted",
    "SourceFailed",
    "SourceRead",
    "WorkspaceResumed",
    "WorkspaceSuspended",
]
