"""Who reacts to what. The one table: fact → jobs, deferred on the transaction that published the fact."""

from typing import Any

from dangol import facts
from dangol.kit.fact import Fact
from dangol.kit.jobs import Job
from dangol.relations import operations as relations

REACTIONS: dict[type[Fact], list[Job[Any]]] = {
    facts.PeopleImported: [relations.tell_of_import],
    facts.ConsentGiven: [relations.tell_of_consent_given],
    facts.ConsentWithdrawn: [relations.tell_of_consent_withdrawn],
    facts.PeopleActed: [relations.refresh_strength_of],
    facts.PersonIdentified: [relations.tell_of_recognition],
    facts.OrdersPlaced: [relations.tell_of_orders],
}
