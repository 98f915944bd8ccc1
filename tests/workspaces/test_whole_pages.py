"""Whoever has to sign in again is shown the whole page for it, wherever on a page that was noticed."""

from collections.abc import Callable
from urllib.parse import quote

from django.test import Client

from dangol.workspaces.models import Member
from tests.people import Cast

PAGE = "/people/?view=mine"
ClientOf = Callable[[Member], Client]
FROM_PAGE = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"}


def test_a_part_of_a_page_leads_to_the_sign_in_and_back_to_its_page(db: None) -> None:
    answer = Client().get("/lists/people/count/", headers=FROM_PAGE)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"/accounts/login/?next={quote(PAGE)}"
    assert Client().get(PAGE)["Location"] == f"/accounts/login/?next={quote(PAGE)}"


def test_proof_is_asked_for_on_a_page_of_its_own(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0.0}]
    session.save()
    answer = client.get("/settings/api-keys/", headers=FROM_PAGE)
    assert answer["HX-Redirect"].startswith("/accounts/reauthenticate/")


def test_other_redirects_stay(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.jieun).get("/people", headers=FROM_PAGE)
    assert (answer.status_code, answer["Location"]) == (301, "/people/")
