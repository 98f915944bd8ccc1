"""Identity providers to sign in with: a kept one as a process of its own, and one that signs what it is told."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import RSAKey

from dangol.kit import tenancy
from dangol.workspaces.enums import ProviderKind
from dangol.workspaces.models import Member, SignInProvider
from dangol.workspaces.operations import add_provider, change_provider
from tests.conftest import free_port

Claims = dict[str, Any]


@contextmanager
def kept_provider() -> Iterator[str]:
    """Run oidc-provider-mock, a provider made of Authlib; yield its issuer."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the provider did not start")


class Issuer:
    """A provider that hands out whatever `token` makes of proper claims. It keeps what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
        self.claims: Claims = {"sub": "jieun"}
        self.token: Callable[[Claims], str] = self.signed
        self.asked: dict[str, str] = {}
        self.shown: dict[str, str] = {}

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "/token":
            self.shown = form
            now = int(time.time())
            proper = {"iss": self.url, "aud": self.asked["client_id"], "iat": now, "exp": now + 60}
            return {"id_token": self.token({**proper, "nonce": self.asked["nonce"], **self.claims})}
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip


@contextmanager
def any_issuer() -> Iterator[Issuer]:
    """Run an Issuer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say({name: values[0] for name, values in parse_qs(body).items()})

        def _say(self, form: dict[str, str]) -> None:
            said = json.dumps(issuer.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_said: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


def provider_of(by: Member, issuer: str, **values: Any) -> SignInProvider:
    """Let a workspace believe a provider in our own network."""
    with tenancy.workspace(by.workspace_id):
        provider = add_provider(by=by, kind=ProviderKind.OPEN_ID, name="Keycloak", now=timezone.now())
        details = {"name": "Keycloak", "issuer": issuer, "client_id": "dangol", "is_private_allowed": True, **values}
        change_provider(by=by, provider=provider, values=details, client_secret="s3cret", now=timezone.now())
    return provider


def start(client: Client, provider: SignInProvider, **form: str) -> str:
    """Set out for a provider; return where the browser is sent."""
    address = f"/accounts/sso/{provider.workspace_id}/{provider.pk}/start/"
    return sent_to(client.post(address, form))


def sent_to(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer["Refresh"].partition("url=")[2])


def at_kept_provider(address: str, subject: str, **claims: Any) -> str:
    """Sign in at the kept provider; return the path and query with which the browser comes back."""
    parts = urlsplit(address)
    httpx.put(f"{parts.scheme}://{parts.netloc}/users/{subject}", json=claims).raise_for_status()
    back = urlsplit(httpx.post(address, data={"sub": subject}).headers["Location"])
    return f"{back.path}?{back.query}"


def at_any_issuer(address: str, issuer: Issuer, **claims: Any) -> str:
    """The same at an Issuer."""
    issuer.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    issuer.claims = claims
    return f"{urlsplit(issuer.asked['redirect_uri']).path}?code=c&state={issuer.asked['state']}"
