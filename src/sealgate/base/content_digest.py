"""The Content-Digest field (RFC 9530): binds a message's body to its signed header."""

from base64 import b64encode
from hashlib import sha256, sha512
from hmac import compare_digest

from http_sfv.dictionary import Dictionary
from http_sfv.item import Item

_ALGORITHMS = {"sha-256": sha256, "sha-512": sha512}


class DigestMalformed(ValueError):
    """The field is not a dictionary of byte sequences in canonical form, or names no algorithm we accept."""


def content_digest(body: bytes, algorithm: str = "sha-256") -> str:
    """Return the field's value for a body: `sha-256=:…:` (RFC 9530, section 2)."""
    return f"{algorithm}=:{b64encode(_ALGORITHMS[algorithm](body).digest()).decode()}:"


def digest_matches(field: str, body: bytes) -> bool:
    """Tell whether every digest in the field that we can compute is that of the body.

    Algorithms other than sha-256 and sha-512 are passed over, as RFC 9530, section 2 has it; one of these two must
    be there.

    Raises:
        DigestMalformed: see the class.
    """
    digests = Dictionary()
    try:
        digests.parse(field.encode("ascii"))
        canonical = str(digests)
    except (ValueError, UnicodeEncodeError):
        raise DigestMalformed("it is not a dictionary of byte sequences") from None
    if canonical != field:
        raise DigestMalformed("it is not in canonical form, or names an algorithm twice")
    known = [(hash_of, digests[name]) for name, hash_of in _ALGORITHMS.items() if name in digests]
    if not known:
        raise DigestMalformed("it has neither a sha-256 nor a sha-512 digest")
    for hash_of, digest in known:
        if not isinstance(digest, Item) or not isinstance(digest.value, bytes):
            raise DigestMalformed("a digest is not a byte sequence between colons")
        if not compare_digest(hash_of(body).digest(), digest.value):
            return False
    return True
