"""What can be wrong with an address, a transaction or a signature; the edge turns these `ValueError`s into answers."""

from __future__ import annotations


class LedgerError(ValueError):
    """Input that the ledger's rules do not allow. The root of every refusal in this package."""


class InvalidAddress(LedgerError):
    """Not an address: wrong alphabet, length, prefix or checksum."""


class InvalidSeed(LedgerError):
    """Not a seed: wrong alphabet, length, prefix or checksum."""


class InvalidDefinitions(LedgerError):
    """A definitions document that is not in the form of the `server_definitions` answer."""


class CodecError(LedgerError):
    """A value that the binary format cannot express, or bytes that are not in that format.

    Attributes:
        reason: Why, in words a developer can act on. Quotes at most a few characters of the input.
        path: The member names and indexes that lead to the value, outermost first.
    """

    def __init__(self, reason: str, *path: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: tuple[str | int, ...] = path

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901), `""` for the whole document."""
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in self.path)

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}" if self.path else self.reason

    def under(self, step: str | int) -> CodecError:
        """Put one more step in front of the path, on the way out of a nested value. Returns itself."""
        self.path = (step, *self.path)
        return self


class UnencodableField(CodecError):
    """A field whose value does not fit its type."""


class UnknownField(UnencodableField):
    """A field name that the network's definitions do not list."""


class UnknownTransactionType(UnencodableField):
    """A transaction type that the network's definitions do not list."""


class UndecodableBlob(CodecError):
    """Bytes that are not one canonical object in the ledger's binary format."""


class SignatureRefused(LedgerError):
    """A signature, or what carries it, that we do not accept.

    Attributes:
        code: A stable word for logs, metrics and answers, e.g. `high_s`.
        reason: Why, in words.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class NotCanonical(SignatureRefused):
    """The blob is not canonical: order, duplicates, truncation, trailing bytes, size, depth."""


class NotSigned(SignatureRefused):
    """A key, a signature or the account is missing, or single and multiple signatures are mixed."""


class NotASignIn(SignatureRefused):
    """A valid signature, but of a transaction where a SignIn was asked for."""


class BadPublicKey(SignatureRefused):
    """Not a compressed secp256k1 or an Ed25519 key, or one that proves nothing (small order)."""


class MalformedSignature(SignatureRefused):
    """Not the one canonical form of a signature: DER, range, high S, S not reduced."""


class SignatureMismatch(SignatureRefused):
    """Well formed, but not a signature of this content by this key."""


class ForeignKey(SignatureRefused):
    """A valid signature by a key whose address is not the account it speaks for.

    It may be the account's regular key; only the ledger can tell.

    Attributes:
        account: The address in the object.
        key_address: The address of the key that signed.
    """

    def __init__(self, account: str, key_address: str) -> None:
        super().__init__("foreign_key", f"signed by the key of {key_address}, which is not {account}")
        self.account = account
        self.key_address = key_address
