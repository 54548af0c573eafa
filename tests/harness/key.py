"""A passkey, without the browser and without the maker: it makes itself and proves itself at an address."""

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from openxin.accounts import passkeys

HOST, ORIGIN = "xin.example", "https://xin.example"


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def digest(content: bytes) -> bytes:
    whole = Hash(SHA256())
    whole.update(content)
    return whole.finalize()


@dataclass
class Key:
    """What a maker puts into a key: here without the maker."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(16))

    def makes(self, asked: passkeys.Asked, origin: str = ORIGIN, host: str = HOST, type_: str = "webauthn.create"):
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
        held = AuthenticatorData.create(digest(host.encode()), flags, 0, credential)
        said = CollectedClientData.create(type_, asked.state["challenge"], origin)
        attested = AttestationObject.create("none", held, {})
        return self._answer({"clientDataJSON": text(said), "attestationObject": text(bytes(attested))})

    def proves(self, asked: passkeys.Asked, origin: str = ORIGIN, host: str = HOST, present: bool = True):
        flags = AuthenticatorData.FLAG.UP if present else AuthenticatorData.FLAG(0)
        held = AuthenticatorData.create(digest(host.encode()), flags, 1)
        said = CollectedClientData.create("webauthn.get", asked.state["challenge"], origin)
        signature = self.private.sign(bytes(held) + digest(said), ec.ECDSA(SHA256()))
        told = {"clientDataJSON": text(said), "authenticatorData": text(held), "signature": text(signature)}
        return self._answer(told)

    def _answer(self, response: dict[str, str]):
        whole = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        return json.loads(json.dumps(whole | {"clientExtensionResults": {}}))
