"""The proof that somebody holds the key of an account (wallet-api 1.7, with a nonce of the server added)."""

from hashlib import sha256

import msgspec

from sealgate.holders.errors import ProofInvalid
from sealgate.holders.model import Device
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.signatures import verify_blob
from sealgate.ledger.walker import ACCOUNT, SIGNING_PUB_KEY, TXN_SIGNATURE, walk

MAX_PROOF_BYTES = 512

# Type code × 65536 + field code, both Hash256.
_ACCOUNT_TXN_ID = 5 << 16 | 9
_INVOICE_ID = 5 << 16 | 17
_EXPECTED = {_ACCOUNT_TXN_ID, _INVOICE_ID, SIGNING_PUB_KEY, TXN_SIGNATURE, ACCOUNT}


class OwnershipProof(msgspec.Struct, frozen=True):
    """A proof whose signature is good and whose content fits; whether its nonce is fresh, the database tells.

    Attributes:
        public_key: 33 bytes as upper-case hex.
        nonce_hash: SHA-256 of the nonce it was made for.
    """

    address: str
    public_key: str
    nonce_hash: bytes


def check_ownership(device: Device, account: str, txblob: str) -> OwnershipProof:
    """Check the signed object `{Account, InvoiceID, AccountTxnID, SigningPubKey}` against the device it was made on.

    It has these four fields, the signature and no other, so nothing that is signed elsewhere, a transaction or a
    SignIn, passes for one. The key must be the account's own: a regular key cannot be checked without a ledger.

    Args:
        txblob: Hex, 512 bytes at most.

    Raises:
        ProofInvalid: the message says what is wrong.
    """
    blob = _from_hex(txblob)
    try:
        walked = walk(blob)
        verified = verify_blob(blob)
    except LedgerError as problem:
        raise ProofInvalid(message=f"The proof is not a good signature: {problem}.") from None
    if {span.ordinal for span in walked.spans} != _EXPECTED:
        raise ProofInvalid(
            message="The proof must have Account, InvoiceID, AccountTxnID, the signature and nothing else."
        )
    if verified.account != account:
        raise ProofInvalid(message="The proof is for another account than the one to be added.")
    bound_to = sha256(f"{device.holder_uuid}.{device.uuid}.{account}".encode()).digest()
    if walked.value(_INVOICE_ID) != bound_to:
        raise ProofInvalid(message="The proof was made for another user or device: its InvoiceID does not fit.")
    public_key, nonce_hash = verified.public_key, walked.value(_ACCOUNT_TXN_ID)
    assert public_key is not None
    assert nonce_hash is not None
    return OwnershipProof(account, public_key.hex().upper(), nonce_hash)


def _from_hex(text: str) -> bytes:
    if len(text) > 2 * MAX_PROOF_BYTES:
        raise ProofInvalid(message=f"The proof is longer than {MAX_PROOF_BYTES} bytes.")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ProofInvalid(message="The proof is not hex.") from None
