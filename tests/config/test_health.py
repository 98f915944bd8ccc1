"""What a load balancer asks."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries


@pytest.mark.django_db
def test_answers_without_a_session_and_with_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()

    with django_assert_num_queries(1):
        response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
def test_nothing_can_be_posted_to_it() -> None:
    assert Client().post("/healthz").status_code == 405
