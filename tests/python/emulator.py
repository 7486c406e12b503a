"""The emulator that `cargo xtask test` has started over HTTPS, and the person who signs in there."""

import base64
import hashlib
import json
import os
import pathlib
import re
import urllib.parse
import urllib.request

HOST = os.environ.get("AZTOKEN_EMULATOR_HTTPS", "")
CONTROL = os.environ.get("AZTOKEN_EMULATOR_CONTROL", "")
CA = os.environ.get("AZTOKEN_EMULATOR_CA", "")

# What requests reads in any case: a variable of the machine would win over the parameter `verify`.
os.environ["REQUESTS_CA_BUNDLE"] = CA

TENANT = "5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401"
AUTHORITY = f"{HOST}/{TENANT}"
USER = "user@contoso.onmicrosoft.com"
PASSWORD = "Emulator-only-1"
PUBLIC_CLIENT = "2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21"
CONFIDENTIAL_CLIENT = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93"
CLIENT_SECRET = "emulator-only-client-secret"
API = "e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f"
API_SECRET = "emulator-only-api-secret"

KEYS = pathlib.Path(__file__).resolve().parents[2] / "rust/entra-emulator/keys"

# No proxy stands between this machine and itself.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def control(path, body, url=CONTROL):
    """Asks the control API."""
    request = urllib.request.Request(
        f"{url}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with _opener.open(request, timeout=30) as response:
        return json.load(response)


def authorize(uri, decision="approve"):
    """A person opens the address and decides; gives the fields that the browser brings back."""
    answer = control("authorize", {"uri": uri, "decision": decision})
    return answer["form"] or dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer["uri"]).query))


def claims(token):
    """The claims of a JWT, unverified."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def client_certificate():
    """Key, certificate (PEM) and thumbprint of the confidential client."""
    pem = (KEYS / "PUBLIC-TEST-CLIENT.pkcs8.pem").read_text()
    certificate = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", pem, re.DOTALL).group()
    key = re.search(r"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----", pem, re.DOTALL).group()
    der = base64.b64decode("".join(certificate.splitlines()[1:-1]))
    return key, certificate, hashlib.sha1(der).hexdigest().upper()
