"""Who reacts to what. The one table: fact → jobs, deferred on the transaction that published the fact."""

from typing import Any

from dangol import facts
from dangol.customers import operations as customers
from dangol.kit.fact import Fact
from dangol.kit.jobs import Job
from dangol.messaging import operations as messaging
from dangol.relations import operations as relations
from dangol.segments import operations as segments
from dangol.workspaces import operations as workspaces

REACTIONS: dict[type[Fact], list[Job[Any]]] = {
    facts.PeopleImported: [relations.tell_of_import, segments.refresh_segments],
    facts.ConsentGiven: [relations.tell_of_consent_given, segments.refresh_segments_of_person],
    facts.ConsentWithdrawn: [relations.tell_of_consent_withdrawn, segments.refresh_segments_of_person],
    facts.ConsentAsked: [messaging.send_consent_question],
    facts.ProcessingRestricted: [relations.forget_forecast_of, segments.refresh_segments_of_person],
    facts.ProcessingResumed: [relations.refresh_forecast_of, segments.refresh_segments_of_person],
    facts.PeopleActed: [segments.refresh_segments_of],
    facts.PersonIdentified: [relations.tell_of_recognition, segments.refresh_segments_of_person],
    facts.OrdersPlaced: [relations.tell_of_orders],
    facts.OrdersRefunded: [relations.tell_of_orders],
    facts.PeopleChanged: [segments.refresh_segments_of_people],
    facts.PeopleTrashed: [segments.refresh_segments_of_people],
    facts.PeopleRestored: [relations.refresh_strength_of, segments.refresh_segments_of_people],
    facts.PeopleMerged: [
        customers.gather_stragglers,
        messaging.recount_attention_of,
        relations.refresh_strength_of,
        segments.refresh_segments_of_people,
    ],
    facts.PeopleUnmerged: [
        messaging.recount_attention_of,
        relations.refresh_strength_of,
        segments.refresh_segments_of_people,
    ],
    facts.CompaniesMerged: [segments.refresh_segments],
    facts.CompaniesUnmerged: [segments.refresh_segments],
    facts.SourceRead: [segments.refresh_segments],
    facts.KeyAdded: [workspaces.seal_again],
}
