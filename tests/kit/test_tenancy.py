"""Entering a workspace: for one transaction, or for a part of one."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dangol.kit import tenancy


@pytest.mark.usefixtures("committed_db")
def test_a_transaction_of_its_own_is_told_once_and_forgets_by_itself() -> None:
    place = str(uuid4())
    with CaptureQueriesContext(connection) as asked, tenancy.workspace(place):
        pass
    assert len([query for query in asked if "dangol.workspace" in query["sql"]]) == 1
    with transaction.atomic():
        assert tenancy.current_workspace() == ""


@pytest.mark.usefixtures("committed_db")
def test_what_is_entered_inside_is_left_for_what_is_around() -> None:
    around, inside = str(uuid4()), str(uuid4())
    with tenancy.workspace(around):
        with tenancy.workspace(inside):
            assert tenancy.current_workspace() == inside
        assert tenancy.current_workspace() == around
