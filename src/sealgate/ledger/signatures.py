"""Signed blobs and claims: verifying what a wallet hands in, and making the same on a wallet's side.

Identity comes from the key, never from the `Account` in the blob alone: that is only text.
Source: spec/wallet-api.md 6.1 to 6.5.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sealgate.ledger.addresses import address_of_public_key, decode_account_id, encode_account_id
from sealgate.ledger.codec import (
    MULTI_SIGNING_PREFIX,
    SINGLE_SIGNING_PREFIX,
    encode,
    encode_for_multisigning,
    encode_for_signing,
)
from sealgate.ledger.crypto import sha512_half, sign, verify
from sealgate.ledger.definitions import Definitions
from sealgate.ledger.errors import ForeignKey, NotASignIn, NotCanonical, NotSigned, UnencodableField
from sealgate.ledger.keys import KeyPair
from sealgate.ledger.walker import (
    ACCOUNT,
    SIGNERS,
    SIGNING_PUB_KEY,
    TRANSACTION_TYPE,
    TXN_SIGNATURE,
    SignerEntry,
    WalkedBlob,
    walk,
)

TRANSACTION_HASH_PREFIX: Final = b"TXN\x00"
CLAIM_PREFIX: Final = b"CLM\x00"
# As many as a signer list can hold (amendment ExpandedSignerList).
MAX_SIGNERS: Final = 32


@dataclass(frozen=True, slots=True)
class Signature:
    """One valid signature: the account it speaks for, and the key that made it, 33 bytes."""

    account: str
    public_key: bytes

    @property
    def key_address(self) -> str:
        """The address of the key; another one than the account's where it is no master key."""
        return address_of_public_key(self.public_key)


@dataclass(frozen=True, slots=True)
class VerifiedBlob:
    """A blob whose every signature is valid.

    Attributes:
        account: The `Account` of the object.
        txid: Hash of the blob, 64 upper-case hex digits.
        signatures: All of them, in the blob's order; one where it is not multisigned.
        transaction_type: The type's code; None for a SignIn.
        signing_payload: What a single signature covers. Multisigned, each signer's id follows under another prefix.
    """

    account: str
    txid: str
    is_multisign: bool
    signatures: tuple[Signature, ...]
    transaction_type: int | None
    signing_payload: bytes

    @property
    def signer(self) -> str | None:
        """Who signed: the account itself; of a multisigned blob its only signer, or None if there are several."""
        return self.signatures[0].account if len(self.signatures) == 1 else None

    @property
    def public_key(self) -> bytes | None:
        """The key that signed, 33 bytes; None if there are several signers."""
        return self.signatures[0].public_key if len(self.signatures) == 1 else None

    @property
    def signers(self) -> tuple[str, ...]:
        """All that signed, in the blob's order."""
        return tuple(one.account for one in self.signatures)

    @property
    def has_transaction_type(self) -> bool:
        """Whether the blob could go to a ledger; a SignIn must not."""
        return self.transaction_type is not None


def transaction_hash(blob: bytes) -> str:
    """Return the hash of a signed blob, 64 upper-case hex digits."""
    return sha512_half(TRANSACTION_HASH_PREFIX + blob).hex().upper()


def verify_blob(blob: bytes) -> VerifiedBlob:
    """Verify a signed object of any network, SignIns included, without knowing its fields.

    A key that is not the account's own is refused: whether it is the account's regular key only the ledger knows.

    Raises:
        ForeignKey: code foreign_key.
        SignatureRefused: as `verify_signatures`.
    """
    verified = verify_signatures(blob)
    for one in verified.signatures:
        if one.key_address != one.account:
            raise ForeignKey(one.account, one.key_address)
    return verified


def verify_signatures(blob: bytes) -> VerifiedBlob:
    """Verify the signatures of an object without asking whose keys they are: that is left to whoever asks a ledger.

    Raises:
        NotCanonical: codes empty, too_large, too_deep, truncated, not_canonical, unknown_type.
        NotSigned: codes account_missing, key_missing, signature_missing, mixed_signatures, too_many_signers,
            signers_not_sorted, account_among_signers.
        BadPublicKey, MalformedSignature, SignatureMismatch: as `crypto.verify`.
    """
    walked = walk(blob)
    account_id = walked.value(ACCOUNT)
    if not account_id:
        raise NotSigned("account_missing", "the object names no account")
    public_key = walked.value(SIGNING_PUB_KEY)
    if public_key is None:
        raise NotSigned("key_missing", "the object has no SigningPubKey")
    if not public_key:
        return _verify_multisigned(walked, account_id)
    if walked.has(SIGNERS):
        raise NotSigned("mixed_signatures", "the object has a single signature and Signers")
    signature = walked.value(TXN_SIGNATURE)
    if not signature:
        raise NotSigned("signature_missing", "the object has no TxnSignature")
    payload = SINGLE_SIGNING_PREFIX + walked.signing_fields()
    verify(payload, signature, public_key)
    account = encode_account_id(account_id)
    return VerifiedBlob(
        account=account,
        txid=transaction_hash(blob),
        is_multisign=False,
        signatures=(Signature(account, public_key),),
        transaction_type=_type_code(walked),
        signing_payload=payload,
    )


def verify_sign_in(blob: bytes) -> VerifiedBlob:
    """Verify a signed SignIn. Its content, the challenge among it, is for the caller to compare.

    Raises:
        NotASignIn: code has_transaction_type: a blob that could move funds proves nothing here.
        SignatureRefused: as `verify_blob`.
    """
    verified = verify_blob(blob)
    if verified.has_transaction_type:
        raise NotASignIn("has_transaction_type", "a SignIn carries no TransactionType")
    return verified


def _verify_multisigned(walked: WalkedBlob, account_id: bytes) -> VerifiedBlob:
    if walked.has(TXN_SIGNATURE):
        raise NotSigned("mixed_signatures", "a multisigned object has a TxnSignature of its own")
    entries = walked.signers()
    if not entries:
        raise NotSigned("signature_missing", "the object has neither a key nor Signers")
    if len(entries) > MAX_SIGNERS:
        raise NotSigned("too_many_signers", f"more than {MAX_SIGNERS} Signers")
    fields = walked.signing_fields()
    previous = b""
    for entry in entries:
        _check_entry(entry, account_id, previous)
        previous = entry.account_id
        verify(MULTI_SIGNING_PREFIX + fields + entry.account_id, entry.signature, entry.public_key)
    return VerifiedBlob(
        account=encode_account_id(account_id),
        txid=transaction_hash(walked.blob),
        is_multisign=True,
        signatures=tuple(Signature(encode_account_id(entry.account_id), entry.public_key) for entry in entries),
        transaction_type=_type_code(walked),
        signing_payload=SINGLE_SIGNING_PREFIX + fields,
    )


def _check_entry(entry: SignerEntry, account_id: bytes, previous: bytes) -> None:
    if len(entry.account_id) != 20:
        raise NotSigned("account_missing", "a Signer names no account")
    if not entry.public_key:
        raise NotSigned("key_missing", "a Signer has no SigningPubKey")
    if not entry.signature:
        raise NotSigned("signature_missing", "a Signer has no TxnSignature")
    if entry.account_id == account_id:
        raise NotSigned("account_among_signers", "the account itself is among its Signers")
    if entry.account_id <= previous:
        raise NotSigned("signers_not_sorted", "the Signers are not in the order of their account ids")


def _type_code(walked: WalkedBlob) -> int | None:
    code = walked.value(TRANSACTION_TYPE)
    return None if code is None else int.from_bytes(code, "big")


def claim_payload(channel: bytes, drops: int) -> bytes:
    """Return what the signature of a payment channel claim covers.

    Raises:
        NotCanonical: code bad_claim: the channel is not 32 bytes, or the drops do not fit.
    """
    if len(channel) != 32 or not 0 <= drops < 1 << 64:
        raise NotCanonical("bad_claim", "a claim is a channel of 32 bytes and a number of drops")
    return CLAIM_PREFIX + channel + drops.to_bytes(8, "big")


def verify_claim(public_key: bytes, channel: bytes, drops: int, signature: bytes) -> str:
    """Verify the signature of a `PaymentChannelAuthorize` request. Return the address of the key.

    Raises:
        BadPublicKey, MalformedSignature, SignatureMismatch: as `crypto.verify`; NotCanonical: code bad_claim.
    """
    verify(claim_payload(channel, drops), signature, public_key)
    return address_of_public_key(public_key)


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """What a wallet hands in.

    Attributes:
        txid: 64 upper-case hex digits.
    """

    blob: bytes
    txid: str


def sign_transaction(
    tx_json: Mapping[str, Any], key: KeyPair, *, definitions: Definitions | None = None
) -> SignedTransaction:
    """Sign with one key: set `SigningPubKey`, add `TxnSignature`. `Account` stays, or becomes the key's if missing.

    Raises:
        UnencodableField: the object does not encode.
    """
    ready = {"Account": key.address, **tx_json, "SigningPubKey": key.public_key.hex()}
    for name in ("TxnSignature", "Signers"):
        ready.pop(name, None)
    signature = sign(encode_for_signing(ready, definitions=definitions), key)
    return _signed({**ready, "TxnSignature": signature.hex()}, definitions)


def multisign_transaction(
    tx_json: Mapping[str, Any], key: KeyPair, account: str | None = None, *, definitions: Definitions | None = None
) -> SignedTransaction:
    """Add the signature of one of several signers; entries already there stay, in the ledger's order.

    Args:
        account: The signer's address, if it is not that of the key.

    Raises:
        UnencodableField: the object does not encode, or has a malformed `Signers`.
        InvalidAddress: a signer's address is none.
    """
    signer = account or key.address
    ready = {**tx_json, "SigningPubKey": ""}
    ready.pop("TxnSignature", None)
    # What is there is encoded on trial, so that sorting below meets only well-formed entries.
    encode({"Signers": ready.get("Signers") or []}, definitions=definitions)
    signature = sign(encode_for_multisigning(ready, signer, definitions=definitions), key)
    entries = {}
    for index, entry in enumerate(ready.get("Signers") or []):
        if "Signer" not in entry:
            raise UnencodableField("expects a Signer", "Signers", index)
        entries[decode_account_id(entry["Signer"].get("Account"))] = entry
    entries[decode_account_id(signer)] = {
        "Signer": {"Account": signer, "SigningPubKey": key.public_key.hex(), "TxnSignature": signature.hex()}
    }
    return _signed({**ready, "Signers": [entries[account_id] for account_id in sorted(entries)]}, definitions)


def combine_signatures(
    tx_jsons: Sequence[Mapping[str, Any]], accounts: Collection[str], *, definitions: Definitions | None = None
) -> SignedTransaction:
    """Put the signatures of several signers together: one object, its `Signers` in the ledger's order.

    Args:
        tx_jsons: The same object as each of them signed it, decoded; of two entries of one signer the later one counts.
        accounts: Whose entries to take.

    Raises:
        UnencodableField: they did not sign the same.
    """
    shared = {name: value for name, value in tx_jsons[0].items() if name != "Signers"}
    entries = {}
    for tx_json in tx_jsons:
        if {name: value for name, value in tx_json.items() if name != "Signers"} != shared:
            raise UnencodableField("was not signed alike by all signers", "Signers")
        for entry in tx_json["Signers"]:
            entries[decode_account_id(entry["Signer"]["Account"])] = entry
    kept = [entries[account_id] for account_id in sorted(entries) if encode_account_id(account_id) in accounts]
    return _signed({**shared, "Signers": kept}, definitions)


def _signed(tx_json: Mapping[str, Any], definitions: Definitions | None) -> SignedTransaction:
    blob = encode(tx_json, definitions=definitions)
    return SignedTransaction(blob, transaction_hash(blob))


def sign_claim(channel: bytes, drops: int, key: KeyPair) -> bytes:
    """Return the signature of a payment channel claim; a wallet hands it in in place of a blob.

    Raises:
        NotCanonical: code bad_claim.
    """
    return sign(claim_payload(channel, drops), key)


__all__ = [
    "Signature",
    "SignedTransaction",
    "VerifiedBlob",
    "claim_payload",
    "combine_signatures",
    "multisign_transaction",
    "sign",
    "sign_claim",
    "sign_transaction",
    "transaction_hash",
    "verify",
    "verify_blob",
    "verify_claim",
    "verify_sign_in",
    "verify_signatures",
]
