"""What a column of a file may mean."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import RECORDS, ImportTarget, ProblemCode, sort_of
from dangol.customers.models import Company, CustomRecord, Person
from dangol.customers.operations.imports import cells
from dangol.customers.operations.imports.cells import CellProblem

IGNORED = ""
CUSTOM = "field:"
CUSTOM_TEXT_LENGTH = 2000
LONGEST_ID = 200
LEFT_OUT = "dangol"
"""Columns that begin so are our own notes in a file of rejected lines."""


@dataclass(frozen=True)
class Target:
    """
    One thing that a column can mean. `read` gets a trimmed cell that is not empty.

    :param leads_to: of a cell that names somebody or something else: what that is, as an import's target
    """

    key: str
    label: str | Promise
    headers: str
    read: Callable[[str], str]
    leads_to: str = ""


class Limited:
    """Reads any text that is no longer than `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, cell: str) -> str:
        if len(cell) > self.limit:
            raise CellProblem(ProblemCode.TOO_LONG)
        return cell


def _text(model: type[Person | Company | CustomRecord], column: str) -> Limited:
    limit = model._meta.get_field(column).max_length or 0  # type: ignore[union-attr] # these are text columns
    return Limited(limit)


def _identifier(cell: str) -> str:
    if len(cell) > LONGEST_ID:
        raise CellProblem(ProblemCode.TOO_LONG)
    return cells.identifier(cell)


PLACE = [
    Target("address", _("Address"), "주소 배송지 도로명주소 상세주소 주소1 address street mailingstreet streetaddress "
           "address1 address1street1 billingstreet street1", _text(Person, "address")),
    Target("city", _("City"), "도시 시도 지역 시군구 city region town mailingcity billingcity address1city",
           _text(Person, "city")),
    Target("postal_code", _("Postal code"), "우편번호 postalcode zip zipcode postcode zippostalcode "
           "mailingzippostalcode billingzippostalcode address1zippostalcode", cells.postal_code),
    Target("country", _("Country"), "국가 나라 country countrycode countryregion mailingcountry billingcountry "
           "address1countryregion", cells.country),
    Target("owner", _("Owner (e-mail address)"), "담당자 담당자이메일 소유자 owner ownerid owneremail contactowner "
           "accountowner companyowner assignedto", Limited(254)),
    Target("tags", _("Tags"), "태그 tag tags label labels", cells.tags),
]  # fmt: skip

PEOPLE = [
    Target("name", _("Name"), "이름 성명 고객명 성함 회원명 받는분 name fullname customername contactname displayname",
           _text(Person, "name")),
    Target("family_name", _("Family name"), "성 성씨 lastname familyname surname", _text(Person, "family_name")),
    Target("given_name", _("Given name"), "명 firstname givenname forename", _text(Person, "given_name")),
    Target("honorific", _("Honorific"), "호칭 honorific salutation prefix", _text(Person, "honorific")),
    Target("email", _("E-mail"), "이메일 메일 이메일주소 전자우편 email mail emailaddress emailaddress1 primaryemail",
           cells.email),
    Target("phone", _("Phone"), "휴대폰 휴대전화 휴대폰번호 전화 전화번호 연락처 핸드폰 핸드폰번호 휴대전화번호 mobile "
           "mobilephone mobilephonenumber phone cell tel phonenumber primaryphone", cells.phone),
    Target("external_id", _("Customer number"), "고객번호 회원번호 고객id 회원id 고객코드 아이디 externalid customerid "
           "userid customernumber id recordid contactid", _identifier),
    *PLACE[:4],
    Target("born_on", _("Birthday"), "생일 생년월일 birthday birthdate dateofbirth dob born bornon", cells.day),
    Target("language", _("Language"), "언어 language lang locale preferredlanguage", cells.language),
    Target("time_zone", _("Time zone"), "시간대 timezone tz", cells.time_zone),
    Target("first_seen_at", _("Customer since"), "가입일 가입일자 가입일시 등록일 등록일자 첫방문일 joined joinedat "
           "joinedon signupdate createdat createddate createdon createdate firstseen firstseenat customersince",
           cells.moment),
    *PLACE[4:],
    Target("company", _("Company"), "회사 회사명 상호 소속 직장 거래처 거래처명 company companyname organization "
           "organisation account accountname associatedcompany", Limited(200)),
    Target("company_number", _("Company's registration number"), "사업자등록번호 사업자번호 "
           "businessnumber businessregistrationnumber", cells.business_number),
    Target("title", _("Title at the company"), "직함 직책 직급 직위 title jobtitle position", Limited(100)),
    Target("consent_email", _("Marketing consent: e-mail"), "마케팅동의 마케팅수신동의 이메일수신동의 이메일수신여부 "
           "광고수신동의 메일수신 수신동의 marketing marketingconsent consent optin emailoptin emailconsent newsletter "
           "subscribed", cells.consent),
    Target("consent_sms", _("Marketing consent: text message"), "문자수신동의 sms수신동의 sms수신여부 문자수신여부 "
           "smsconsent smsoptin", cells.consent),
    Target("refusal_email", _("Refused e-mail"), "이메일수신거부 emailoptout hasoptedoutofemail donotbulkemail "
           "donotemail "
           "donotallowbulkemails donotallowemails "
           "unsubscribedfromallemail", cells.refusal),
    Target("consent_at", _("Date of consent"), "동의일 동의일자 동의일시 수신동의일 마케팅동의일 consentdate consentat "
           "optindate", cells.moment),
]  # fmt: skip

COMPANIES = [
    Target("name", _("Company name"), "회사 회사명 상호 법인명 거래처 거래처명 업체명 이름 name company companyname "
           "accountname organization organisation organizationname legalname", _text(Company, "name")),
    Target("business_number", _("Business registration number"), "사업자등록번호 사업자번호 businessnumber "
           "businessregistrationnumber taxnumber vatnumber", cells.business_number),
    Target("external_id", _("Company number"), "거래처코드 거래처번호 업체코드 고객번호 externalid accountid companyid "
           "accountnumber id recordid customerid partynumber", _identifier),
    Target("domain", _("Web address"), "홈페이지 웹사이트 도메인 website domain url homepage companydomainname web",
           cells.domain),
    Target("email", _("E-mail"), "이메일 메일 대표이메일 email emailaddress emailaddress1 mail", cells.email),
    Target("phone", _("Phone"), "전화 전화번호 대표전화 연락처 phone tel telephone phonenumber mainphone telephone1",
           cells.phone),
    *PLACE[:4],
    Target("industry", _("Industry"), "업종 업태 산업 industry sector industrycode", _text(Company, "industry")),
    *PLACE[4:],
]  # fmt: skip

OWN_RECORDS = [
    Target("name", _("Name"), "이름 명칭 제목 name title subject recordname", _text(CustomRecord, "name")),
    Target("external_id", _("Number"), "번호 관리번호 일련번호 코드 externalid id recordid number code serialnumber",
           _identifier),
    PLACE[4],
    Target("person", _("Belongs to person (e-mail, phone or customer number)"), "고객 고객번호 고객id 고객이메일 회원 "
           "회원번호 회원id 이메일 이메일주소 휴대폰 휴대폰번호 휴대전화 연락처 소유주 계약자 person customer "
           "customerid customernumber customeremail member memberid contact contactid email emailaddress phone mobile "
           "holder",
           Limited(LONGEST_ID), leads_to=ImportTarget.PEOPLE.value),
    Target("company", _("Belongs to company (name or registration number)"), "회사 회사명 상호 거래처 거래처명 "
           "거래처코드 사업자등록번호 사업자번호 company companyname account accountname accountid organization "
           "businessnumber", Limited(LONGEST_ID), leads_to=ImportTarget.COMPANIES.value),
]  # fmt: skip

TARGETS: dict[str, dict[str, Target]] = {
    ImportTarget.PEOPLE.value: {target.key: target for target in PEOPLE},
    ImportTarget.COMPANIES.value: {target.key: target for target in COMPANIES},
    RECORDS: {target.key: target for target in OWN_RECORDS},
}
KEYS = {
    ImportTarget.PEOPLE.value: ("external_id", "email", "phone"),
    ImportTarget.COMPANIES.value: ("external_id", "business_number", "name"),
    RECORDS: ("external_id", "name"),
}


def is_known_target(kind: str, key: str) -> bool:
    """Whether a column can mean this."""
    return key == IGNORED or key in TARGETS[sort_of(kind)] or (key.startswith(CUSTOM) and len(key) > len(CUSTOM))
