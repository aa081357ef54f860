"""A passkey made of software: answers what a browser would, and can be copied."""

import json
import os
from copy import deepcopy
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "http://localhost"


class SoftwarePasskey:
    """One credential for `localhost`. Each use shows a counter one higher; `counts=False`: always 0.

    `verifies` false: whoever touches it is taken for its holder.
    """

    def __init__(self, *, counts: bool = True) -> None:
        self.counts = counts
        self.verifies = True
        self.counter = 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.user_handle = ""

    def copy(self) -> "SoftwarePasskey":
        """What a thief would hold: the same key, and the counter of the moment."""
        twin = SoftwarePasskey(counts=self.counts)
        vars(twin).update({name: deepcopy(value) for name, value in vars(self).items() if name != "key"}, key=self.key)
        return twin

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        self.user_handle = options["publicKey"]["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        made = AttestationObject.create("none", self._shown(credential), {})
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options), attestationObject=websafe_encode(made)
        )

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`, as JSON."""
        shown = self._shown()
        client_data = self._client_data("webauthn.get", options)
        signed = shown + sha256(websafe_decode(client_data)).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=websafe_encode(shown),
            signature=websafe_encode(self.key.sign(signed, ec.ECDSA(SHA256()))),
            userHandle=self.user_handle,
        )

    def _shown(self, credential: AttestedCredentialData | None = None) -> AuthenticatorData:
        self.counter += self.counts
        flags = AuthenticatorData.FLAG.UP
        if self.verifies:
            flags |= AuthenticatorData.FLAG.UV
        if credential is not None:
            flags |= AuthenticatorData.FLAG.AT
        return AuthenticatorData.create(sha256(b"localhost").digest(), flags, self.counter, credential or b"")

    def _client_data(self, kind: str, options: dict[str, Any]) -> str:
        told = {"type": kind, "challenge": options["publicKey"]["challenge"], "origin": ORIGIN, "crossOrigin": False}
        return websafe_encode(json.dumps(told).encode())

    def _answer(self, **response: str) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "type": "public-key",
                "id": name,
                "rawId": name,
                "authenticatorAttachment": "platform",
                "response": response,
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )
