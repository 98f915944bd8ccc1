"""Files that would be programs or pages elsewhere are bytes to be taken away here."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dangol.customers.models import FieldFile
from dangol.customers.operations import FieldDetails, define_field
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast


@pytest.mark.shows("1.3.4", "5.3.1", "3.2.1", "AC-11")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shell.py", b"import os; os.system('id')"),
        ("shell.php", b"<?php system($_GET['c']); ?>"),
        ("shell.pHp", b"<?php system($_GET['c']); ?>"),
        ("page.html", b"<script>alert(document.cookie)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        (
            "page.svg",
            b"<svg><script>alert(1)</script><foreignObject><iframe src='//x'/></foreignObject></svg>",
        ),
        ("template.html", b"{{ settings.SECRET_KEY }}{% debug %}"),
    ],
)
def test_no_uploaded_file_is_run_shown_or_filled_in(
    cast: Cast, client_of: Callable[[Member], MemberClient], name: str, content: bytes
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        details = FieldDetails(label="Paper", kind="file")
        define_field(member=cast.admin, object="person", details=details, now=NOW)
        person = make_person(cast.jieun, owner=cast.jieun)
    jieun = client_of(cast.jieun)
    told = {"name": "김하늘", "owner_id": str(cast.jieun.pk), "field-paper": SimpleUploadedFile(name, content)}
    assert jieun.post(f"/people/{person.pk}/edit/", told).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        file = FieldFile.objects.get()
    answer = jieun.get(f"/fields/files/{file.pk}/")
    assert answer.content == content
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
