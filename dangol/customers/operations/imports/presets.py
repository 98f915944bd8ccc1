"""
What the columns mean in files that other systems write, from the names in their documentation.

A preset is known by titles that only this system's files have together. "-" leaves a column out that is of no use here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dangol.customers.enums import ImportTarget
from dangol.kit.text_files import plain_title

LEAVE_OUT = "-"
PEOPLE, COMPANIES = ImportTarget.PEOPLE.value, ImportTarget.COMPANIES.value


@dataclass(frozen=True)
class Preset:
    """One kind of file of one system. `signature` and the keys of `meanings` are titles without spaces and signs."""

    system: str
    target: str
    signature: frozenset[str]
    meanings: Mapping[str, str]


def _preset(system: str, target: str, signature: str, meanings: str) -> Preset:
    pairs = (pair.split(":") for pair in meanings.split())
    return Preset(system, target, frozenset(signature.split()), dict(pairs))


PRESETS = [
    _preset(
        "Salesforce", PEOPLE, "lastname mailingstreet",
        "id:external_id contactid:external_id lastname:family_name firstname:given_name salutation:honorific name:name "
        "fullname:name email:email mobilephone:phone mobile:phone phone:- homephone:- mailingstreet:address "
        "mailingcity:city mailingpostalcode:postal_code mailingzippostalcode:postal_code mailingcountry:country "
        "accountname:company title:title birthdate:born_on createddate:first_seen_at hasoptedoutofemail:refusal_email "
        "emailoptout:refusal_email accountid:- isdeleted:- systemmodstamp:- masterrecordid:- ownerid:- "
        "lastmodifieddate:- lastmodifiedbyid:- createdbyid:- photourl:-",
    ),
    _preset(
        "Salesforce", COMPANIES, "name billingstreet",
        "id:external_id accountid:external_id name:name accountname:name website:domain phone:phone industry:industry "
        "billingstreet:address billingcity:city billingpostalcode:postal_code billingcountry:country isdeleted:- "
        "systemmodstamp:- masterrecordid:- ownerid:- lastmodifieddate:- lastmodifiedbyid:- createdbyid:- photourl:-",
    ),
    _preset(
        "Salesforce", COMPANIES, "accountname billingstreet",
        "accountid:external_id accountname:name website:domain phone:phone industry:industry billingstreet:address "
        "billingcity:city billingzippostalcode:postal_code billingcountry:country accountowner:-",
    ),
    _preset(
        "HubSpot", PEOPLE, "recordid firstname lastname email",
        "recordid:external_id firstname:given_name lastname:family_name email:email phonenumber:- "
        "mobilephonenumber:phone jobtitle:title associatedcompany:company companyname:company streetaddress:address "
        "city:city postalcode:postal_code countryregion:country createdate:first_seen_at "
        "unsubscribedfromallemail:refusal_email associatedcompanyids:- contactowner:-",
    ),
    _preset(
        "HubSpot", COMPANIES, "recordid companyname companydomainname",
        "recordid:external_id companyname:name companydomainname:domain phonenumber:phone industry:industry "
        "streetaddress:address city:city postalcode:postal_code countryregion:country companyowner:-",
    ),
    _preset(
        "Dynamics 365", PEOPLE, "donotmodifycontact fullname",
        "donotmodifycontact:external_id donotmodifyrowchecksum:- donotmodifymodifiedon:- fullname:name "
        "firstname:given_name lastname:family_name salutation:honorific jobtitle:title companyname:company "
        "email:email mobilephone:phone businessphone:- address1street1:address address1city:city "
        "address1zippostalcode:postal_code address1countryregion:country birthday:born_on "
        "donotallowbulkemails:refusal_email donotallowemails:- createdon:first_seen_at owner:-",
    ),
    _preset(
        "Dynamics 365", COMPANIES, "donotmodifyaccount accountname",
        "donotmodifyaccount:external_id donotmodifyrowchecksum:- donotmodifymodifiedon:- accountname:name "
        "mainphone:phone website:domain industry:industry email:email address1street1:address address1city:city "
        "address1zippostalcode:postal_code address1countryregion:country owner:-",
    ),
    _preset(
        "SAP", PEOPLE, "businesspartner firstname lastname",
        "businesspartner:external_id businesspartnerfullname:name firstname:given_name lastname:family_name "
        "emailaddress:email phonenumber:- mobilephonenumber:phone streetname:address cityname:city "
        "postalcode:postal_code country:country birthdate:born_on correspondencelanguage:language "
        "creationdate:first_seen_at businesspartnercategory:- businesspartneruuid:-",
    ),
    _preset(
        "SAP", COMPANIES, "businesspartner organizationbpname1",
        "businesspartner:external_id organizationbpname1:name bptaxnumber:business_number emailaddress:email "
        "phonenumber:phone urladdress:domain streetname:address cityname:city postalcode:postal_code country:country "
        "industrysector:industry businesspartnercategory:- businesspartneruuid:-",
    ),
    _preset(
        "SAP", PEOPLE, "contactid accountid firstname lastname",
        "contactid:external_id firstname:given_name lastname:family_name academictitle:honorific account:company "
        "accountname:company email:email mobile:phone phone:- jobtitle:title functiondescription:title street:address "
        "city:city postalcode:postal_code countryregion:country birthdate:born_on accountid:- owner:-",
    ),
    _preset(
        "Oracle", PEOPLE, "partynumber personfirstname personlastname",
        "partynumber:external_id personfirstname:given_name personlastname:family_name salutation:honorific "
        "emailaddress:email mobilenumber:phone formattedmobilenumber:phone accountname:company "
        "organizationname:company jobtitle:title addressline1:address address1:address city:city "
        "postalcode:postal_code country:country dateofbirth:born_on owneremailaddress:owner "
        "donotemailflag:refusal_email creationdate:first_seen_at accountpartynumber:- partyid:-",
    ),
    _preset(
        "Oracle", COMPANIES, "partynumber organizationname",
        "partynumber:external_id organizationname:name taxpayeridentificationnumber:business_number url:domain "
        "emailaddress:email phonenumber:phone formattedphonenumber:phone addressline1:address address1:address "
        "city:city postalcode:postal_code country:country industrycode:industry owneremailaddress:owner partyid:-",
    ),
]  # fmt: skip


def preset_for(header: Sequence[str], target: str) -> Preset | None:
    """Return the preset whose titles the header has; of several the one with the most."""
    titles = {plain_title(title) for title in header}
    fitting = [preset for preset in PRESETS if preset.target == target and preset.signature <= titles]
    return max(fitting, key=lambda preset: len(titles & set(preset.meanings)), default=None)
