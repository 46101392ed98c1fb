"""The wallet-side API as a wallet uses it: pairing, accounts, requests, answers (`/api/v1/app/*`)."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import rfc8785
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sealgate.cli.event_stream import StreamEvent, read_events
from sealgate.cli.http import Client, read_answer, unreachable
from sealgate.cli.output import Refused
from sealgate.cli.wallet.http_signer import DeviceSignature
from sealgate.cli.wallet.keystore import Pairing
from sealgate.cli.wallet.signing import Request, Signed, ownership_proof
from sealgate.ledger.keys import KeyPair

_API = "/api/v1/app"


def pair(url: str, key: SigningKey, *, name: str, invitation: str | None = None) -> Pairing:
    """Register a device key with a server and pin the server's view key.

    Raises:
        Refused: the server cannot be reached or does not take new wallets.
    """
    server = Client(url).call("GET", f"{_API}/server")
    signature = DeviceSignature(thumbprint(key), key, public_url=server["public_url"])
    asked = {"public_key": to_base64url(bytes(key.verify_key)), "name": name, "platform": "cli"}
    if invitation is not None:
        asked["invitation"] = invitation
    made = Client(url, auth=signature).call("POST", f"{_API}/devices", asked)
    return Pairing(
        url=url,
        public_url=server["public_url"],
        issuer=server["issuer"],
        device=made["device"]["uuid"],
        user=made["user"]["uuid"],
        view_key=made["server"]["view_key"]["x"],
    )


class WalletApi:
    """One device's calls, each signed with its key."""

    def __init__(self, pairing: Pairing, key: SigningKey, *, url: str | None = None) -> None:
        self.pairing = pairing
        self._client = Client(
            url or pairing.url, auth=DeviceSignature(pairing.device, key, public_url=pairing.public_url)
        )

    def close(self) -> None:
        """Close the connection to the server."""
        self._client.close()

    def prove_account(self, keys: KeyPair) -> None:
        """Prove to the server that this wallet holds an account's key (wallet-api 1.7, with the server's nonce)."""
        nonce = self._client.call("POST", f"{_API}/accounts/challenge")["nonce"]
        if not nonce.startswith(f"{self.pairing.issuer}#"):
            raise Refused(message="The server passes on another server's challenge. The account was not proved.")
        proof = ownership_proof(keys, user=self.pairing.user, device=self.pairing.device, nonce=nonce)
        self._client.call("POST", f"{_API}/accounts", {"account": keys.address, "txblob": proof})

    def pending(self) -> list[Request]:
        """Return the requests pushed to this wallet's holder that wait: for showing only, nothing vouches for them."""
        return msgspec.convert(self._client.call("GET", f"{_API}/pending-payloads")["payloads"], list[Request])

    def open(self, uuid: str, *, origin: str) -> Request:
        """Open a request and return it as the server signed it.

        Raises:
            Refused: the server says no, or what came back is not its signed statement of this very request.
        """
        return self._checked(uuid, self._client.call("GET", f"{_API}/payload/{uuid}", query={"from": origin}))

    def hand_in(
        self, request: Request, signed: Signed, *, network: str, origin: str, public_key: str
    ) -> dict[str, Any]:
        """Hand in a signature; return the server's answer."""
        report = {
            "signed_blob": signed.blob,
            "tx_id": signed.txid,
            "signmethod": "OTHER",
            "signpubkey": public_key,
            "multisigned": signed.multisigned,
            "environment": {"nodetype": network},
            "permission": {"push": True, "days": 365},
            "origintype": origin,
        }
        answer = self._client.call(
            "PATCH",
            f"{_API}/payload/{request.meta.uuid}",
            {name: value for name, value in report.items() if value is not None},
        )
        return dict(answer)

    def report_dispatch(self, uuid: str, dispatched: dict[str, str]) -> None:
        """Report what a node said to the submitted transaction: the second call of wallet-api 2.4."""
        self._client.call("PATCH", f"{_API}/payload/{uuid}", {"dispatched": dispatched})

    def reject(self, uuid: str, *, reason: str | None, origin: str) -> dict[str, Any]:
        """Decline a request."""
        report = {"reject": True, "reject_initiator": "USER", "origintype": origin}
        return dict(
            self._client.call(
                "PATCH", f"{_API}/payload/{uuid}", report if reason is None else report | {"reject_reason": reason}
            )
        )

    def launch_xapp(self, identifier: str, order: dict[str, Any]) -> dict[str, Any]:
        """Have an xApp opened and return where, with its one-time token and its permissions (wallet-api 8.1)."""
        return dict(self._client.call("POST", f"{_API}/xapp/launch/{identifier}", order))

    def permissions(self) -> list[dict[str, Any]]:
        """Return the applications that may push requests to this holder (wallet-api 7.3)."""
        return list(self._client.call("GET", f"{_API}/third-party-permissions"))

    def mute(self, app: str, *, muted: bool) -> None:
        """Let an application's requests wake nobody, or again everybody."""
        self._client.call("PUT" if muted else "DELETE", f"{_API}/third-party-permissions/{app}/mute")

    def revoke(self, app: str) -> None:
        """Take an application's user token back."""
        self._client.call("DELETE", f"{_API}/third-party-permissions/{app}")

    def invite(self) -> dict[str, Any]:
        """Return an invitation with which one more device joins this holder."""
        return dict(self._client.call("POST", f"{_API}/devices/invitations"))

    def events(self, *, after: str | None = None) -> Iterator[StreamEvent]:
        """Yield the events of the holder's stream until the connection ends: ready, payload, resync, revoked.

        Args:
            after: Id of the last event that was seen; what was missed since comes first.

        Raises:
            Refused: the stream was not opened, or broke off.
        """
        try:
            with self._client.stream(f"{_API}/events", after=after) as answer:
                if not answer.is_success:
                    answer.read()
                    read_answer(answer)
                yield from read_events(answer.iter_bytes())
        except httpx.HTTPError as problem:
            raise unreachable(self._client.url, problem) from None

    def _checked(self, uuid: str, answer: dict[str, Any]) -> Request:
        """Return the part of a view that the pinned server key signed; nothing else in the answer is believed."""
        try:
            view = answer["view"]
            stated = view["payload"]
            signature = urlsafe_b64decode(view["signature"] + "==")
            key = VerifyKey(urlsafe_b64decode(self.pairing.view_key + "="))
            key.verify(rfc8785.dumps(stated), signature)
            # Signed all the same, a view made for somebody else or of something else must not stand in for this one.
            if (stated["iss"], stated["device"], stated["meta"]["uuid"]) != (
                self.pairing.issuer,
                self.pairing.device,
                uuid,
            ):
                raise ValueError("the view of another request")
        except (BadSignatureError, ValueError, KeyError, TypeError):
            raise Refused(
                message="The request is not signed by the server this wallet was paired with. Nothing was signed.",
                hint="Somebody may be between you and the server; if it was set up anew, run `sealgate wallet pair`.",
            ) from None
        return msgspec.convert(stated, Request)


def to_base64url(raw: bytes) -> str:
    """Return base64url without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def thumbprint(key: SigningKey) -> str:
    """Return the RFC 7638 thumbprint of the key's public half as a JWK (RFC 8037, appendix A.3)."""
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{to_base64url(bytes(key.verify_key))}"}}'
    return to_base64url(hashlib.sha256(jwk.encode()).digest())
