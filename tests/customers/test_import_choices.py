"""What becomes of lines about those who are known, and whose files are understood without a word."""

import pytest

from dangol.customers import operations
from dangol.customers.models import Identity, PeopleImport, Person, Tagging
from dangol.customers.operations.imports.suggesting import suggested_mapping
from tests.factories import NOW
from tests.people import Cast

FIRST = "고객번호,이름,이메일,도시\nC-1,김하늘,a@example.com,\nC-2,이도윤,b@example.com,부산\n"
SECOND = (
    "고객번호,이름,이메일,도시\nC-1,김별,a@example.com,서울\nC-3,박서연,c@example.com,\n,박새벽,c@example.com,대전\n"
)


def take_in(cast: Cast, text: str, **options: object) -> PeopleImport:
    made = operations.upload_people(member=cast.marketer, file_name="p.csv", content=text.encode(), now=NOW)
    operations.check_people_import(people_import=made, now=NOW, options=options)
    operations.start_people_import(people_import=made, member=cast.marketer, now=NOW)
    operations.run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("choice", "counts", "people"),
    [
        ("update", (1, 2, 0), [("김별", "서울"), ("박새벽", "대전"), ("이도윤", "부산")]),
        ("fill", (1, 2, 0), [("김하늘", "서울"), ("박서연", "대전"), ("이도윤", "부산")]),
        ("skip", (1, 0, 2), [("김하늘", ""), ("박서연", ""), ("이도윤", "부산")]),
        ("new", (3, 0, 0), [("김별", "서울"), ("김하늘", ""), ("박새벽", "대전"), ("박서연", ""), ("이도윤", "부산")]),
    ],
)
def test_lines_about_those_who_are_known(
    inside: Cast, choice: str, counts: tuple[int, int, int], people: list[tuple[str, str]]
) -> None:
    take_in(inside, FIRST)
    made = take_in(inside, SECOND, on_duplicate=choice)
    assert (made.created_count, made.updated_count, made.unchanged_count) == counts
    assert list(Person.objects.order_by("name").values_list("name", "city")) == people
    assert Identity.objects.filter(kind="email").count() == 3


def test_somebody_in_the_trash_is_not_brought_back_behind_ones_back(inside: Cast) -> None:
    take_in(inside, FIRST)
    gone = Person.objects.get(external_id="C-1")
    operations.move_to_trash(
        workspace_id=inside.workspace.pk, kind="person", ids=[gone.pk], member=inside.admin, now=NOW, batch=gone.pk
    )
    made = take_in(inside, SECOND)
    assert (made.created_count, made.rejected_count) == (1, 1)


def test_tags_stick_on_everybody_once(inside: Cast) -> None:
    for _twice in range(2):
        take_in(
            inside, "이름,이메일,태그\n김하늘,a@example.com,VIP; 새벽\n이도윤,b@example.com,\n", tags=["가을", "VIP"]
        )
    tags = Tagging.objects.order_by("person__email", "tag__name").values_list("person__email", "tag__name")
    assert list(tags) == [
        ("a@example.com", "VIP"), ("a@example.com", "가을"), ("a@example.com", "새벽"),
        ("b@example.com", "VIP"), ("b@example.com", "가을"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "header", "meanings"),
    [
        (
            "people", "Id,AccountId,LastName,FirstName,MailingStreet,MobilePhone,Email,HasOptedOutOfEmail,IsDeleted",
            "external_id,,family_name,given_name,address,phone,email,refusal_email,",
        ),
        (
            "people",
            "Record ID,First Name,Last Name,Email,Mobile Phone Number,Associated Company,Create Date,Contact owner",
            "external_id,given_name,family_name,email,phone,company,first_seen_at,",
        ),
        (
            "people",
            "(Do Not Modify) Contact,(Do Not Modify) Row Checksum,Full Name,Email,Mobile Phone,Address 1: City",
            "external_id,,name,email,phone,city",
        ),
        (
            "people", "BusinessPartner,FirstName,LastName,EmailAddress,MobilePhoneNumber,CityName,BirthDate",
            "external_id,given_name,family_name,email,phone,city,born_on",
        ),
        (
            "people", "PartyNumber,PersonFirstName,PersonLastName,EmailAddress,OwnerEmailAddress,DoNotEmailFlag",
            "external_id,given_name,family_name,email,owner,refusal_email",
        ),
        ("companies", "Id,Name,BillingStreet,Website,IsDeleted", "external_id,name,address,domain,"),
        ("companies", "Record ID,Company name,Company Domain Name,Industry", "external_id,name,domain,industry"),
        ("companies", "(Do Not Modify) Account,Account Name,Main Phone", "external_id,name,phone"),
        ("companies", "BusinessPartner,OrganizationBPName1,BPTaxNumber", "external_id,name,business_number"),
        ("companies", "PartyNumber,OrganizationName,URL,OwnerEmailAddress", "external_id,name,domain,owner"),
    ],
)  # fmt: skip
def test_exports_of_other_systems_are_understood(target: str, header: str, meanings: str) -> None:
    mapping = suggested_mapping(header.split(","), target=target)
    assert list(mapping.values()) == meanings.split(",")


def test_a_column_without_a_title_is_known_by_what_stands_in_it() -> None:
    sample = [["김하늘", "haneul@example.com", "010-1234-5678", "12"], ["이도윤", "", "1087654321", "13"]]
    assert list(suggested_mapping(["이름", "", "#", "열"], sample=sample).values()) == [
        "name",
        "email",
        "phone",
        "field:열",
    ]
