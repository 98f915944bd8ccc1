"""What the walks share."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import signed_in
from tests.security.walked import Town, build_town
from tests.security.walker import Walker


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    """Return a filled workspace that all tests of a module walk through; each step is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_town()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def owner(town: Town) -> Walker:
    return Walker(signed_in(town.cast.admin), town.key, town)


@pytest.fixture(scope="module")
def lee(town: Town) -> Walker:
    return Walker(signed_in(town.cast.lee), town.foreign_key, town)
