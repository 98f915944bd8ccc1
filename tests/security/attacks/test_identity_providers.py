"""Answers of identity providers that prove nothing."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from dangol.kit import tenancy
from dangol.kit.identity_providers import Identified, Question
from dangol.workspaces.models import SignInProvider
from dangol.workspaces.operations import link_account
from tests.identity_providers import Claims, Issuer, any_issuer, at_any_issuer, provider_of, start
from tests.people import Cast

Tamper = Callable[[Issuer, Claims], str]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with any_issuer() as running:
        yield running


@pytest.fixture
def provider(cast: Cast, issuer: Issuer) -> SignInProvider:
    """A provider at which 지은 has the account `jieun`."""
    made = provider_of(cast.admin, issuer.url)
    with tenancy.workspace(cast.workspace.pk):
        who = Identified(issuer.url, "jieun")
        link_account(provider=made, member=cast.jieun, who=who, now=timezone.now())
    return made


def part(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def unsigned(_issuer: Issuer, claims: Claims) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def stripped(issuer: Issuer, claims: Claims) -> str:
    return issuer.signed(claims).rpartition(".")[0] + "."


def public_key_as_secret(issuer: Issuer, claims: Claims) -> str:
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(issuer.key.as_pem(private=False)))


def client_secret_as_key(_issuer: Issuer, claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("s3cret-of-the-client-which-both-sides-hold"))


def other_key(_issuer: Issuer, claims: Claims) -> str:
    key = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


def key_brought_along(_issuer: Issuer, claims: Claims) -> str:
    key = RSAKey.generate_key(2048, private=True)
    return jwt.encode({"alg": "RS256", "kid": "one", "jwk": key.as_dict(private=False)}, claims, key)


def altered(issuer: Issuer, claims: Claims) -> str:
    head, _body, seal = issuer.signed({**claims, "sub": "dana"}).split(".")
    return f"{head}.{part(claims)}.{seal}"


def with_claims(**said: Any) -> Tamper:
    def tamper(issuer: Issuer, claims: Claims) -> str:
        told = {name: value() if callable(value) else value for name, value in said.items()}
        return issuer.signed({name: value for name, value in {**claims, **told}.items() if value is not None})

    return tamper


def came_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


TAMPERED = [
    pytest.param(unsigned, id="alg none"),
    pytest.param(stripped, id="signature stripped"),
    pytest.param(public_key_as_secret, id="public key as secret"),
    pytest.param(client_secret_as_key, id="shared secret as key"),
    pytest.param(other_key, id="another key"),
    pytest.param(key_brought_along, id="key brought along"),
    pytest.param(altered, id="altered claims"),
    pytest.param(with_claims(aud="another-client"), id="another audience"),
    pytest.param(with_claims(aud=None), id="no audience"),
    pytest.param(with_claims(aud=["dangol", "other"], azp="other"), id="given to another"),
    pytest.param(with_claims(iss="https://accounts.google.com"), id="another issuer"),
    pytest.param(with_claims(nonce="of another"), id="another nonce"),
    pytest.param(with_claims(nonce=None), id="no nonce"),
    pytest.param(with_claims(exp=lambda: int(time.time()) - 600), id="expired"),
    pytest.param(with_claims(exp=None), id="for ever"),
    pytest.param(with_claims(nbf=lambda: int(time.time()) + 600), id="not yet"),
    pytest.param(with_claims(sub=None), id="nobody"),
    pytest.param(with_claims(sub=""), id="an empty name"),
    pytest.param(with_claims(sub=["jieun"]), id="many names"),
    pytest.param(lambda _issuer, _claims: "nonsense", id="nonsense"),
]


@pytest.mark.shows("6.8.2", "9.1.1", "9.1.2", "9.2.1", "9.2.3", "10.5.1", "AC-26")
@pytest.mark.parametrize("tamper", TAMPERED)
def test_a_token_that_proves_nothing_opens_nothing(issuer: Issuer, provider: SignInProvider, tamper: Tamper) -> None:
    issuer.token = lambda claims: tamper(issuer, claims)
    client = Client()
    answer = client.get(at_any_issuer(start(client, provider), issuer, sub="jieun"))
    assert answer.status_code == 403
    assert not came_in(client)


def test_the_same_token_untouched_opens(issuer: Issuer, provider: SignInProvider) -> None:
    client = Client()
    assert client.get(at_any_issuer(start(client, provider), issuer, sub="jieun")).status_code == 302
    assert came_in(client)


@pytest.mark.shows("10.2.1")
def test_the_code_is_bound_to_the_browser_that_asked(issuer: Issuer, provider: SignInProvider) -> None:
    client = Client()
    client.get(at_any_issuer(start(client, provider), issuer, sub="jieun"))
    assert issuer.asked["code_challenge_method"] == "S256"
    question = Question(verifier=issuer.shown["code_verifier"])
    assert issuer.asked["code_challenge"] == question.challenge
    assert issuer.shown["redirect_uri"] == issuer.asked["redirect_uri"]


@pytest.mark.shows("10.2.1")
def test_somebody_else_s_way_back_signs_nobody_in(issuer: Issuer, provider: SignInProvider) -> None:
    """Login CSRF: an attacker sends the way back of their own sign-in to a victim."""
    attacker, victim = Client(), Client()
    back = at_any_issuer(start(attacker, provider), issuer, sub="jieun")
    start(victim, provider)
    assert victim.get(back).status_code == 403
    assert not came_in(victim)
    path, _mark, query = back.partition("?")
    assert attacker.get(f"{path}?{query.replace('state=', 'state=x')}").status_code == 403


@pytest.mark.shows("AC-23", "AC-26")
def test_a_way_back_does_not_lead_to_another_provider(cast: Cast, issuer: Issuer, provider: SignInProvider) -> None:
    """Mix-up: what one provider was asked is not answered by another."""
    with any_issuer() as hostile:
        other = provider_of(cast.admin, hostile.url)
        client = Client()
        back = at_any_issuer(start(client, provider), issuer, sub="jieun")
        assert client.get(back.replace(str(provider.pk), str(other.pk))).status_code == 403
        back = at_any_issuer(start(client, provider), issuer, sub="jieun")
        assert client.get(f"{back}&iss={hostile.url}").status_code == 403


@pytest.mark.shows("3.7.2")
@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_away_after_signing_in(issuer: Issuer, provider: SignInProvider, following: str) -> None:
    client = Client()
    answer = client.get(at_any_issuer(start(client, provider, next=following), issuer, sub="jieun"))
    assert (answer.status_code, answer["Location"]) == (302, "/")
