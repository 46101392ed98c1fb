"""HTTP Message Signatures (RFC 9421), the part without policy and without keys: read, write, and what is signed.

Both sides use it: the server to check a wallet's calls, the command-line wallet to make them. Which components a
signature must cover, how old it may be and whose key counts is decided by `access`.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec
from http_sfv.dictionary import Dictionary
from http_sfv.item import InnerList, Item

from sealgate.base.content_digest import content_digest

MAX_FIELD_CHARS = 2048
MAX_COMPONENTS = 16
DEVICE_LABEL = "sig1"

_FIELD_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class SignatureMalformed(ValueError):
    """The signature fields break RFC 9421 or are not in canonical form; the text says how."""


class ComponentUnavailable(ValueError):
    """A covered component is not part of the request, or not one that can be covered; the text names it."""


class SignedRequest(msgspec.Struct, frozen=True):
    """The part of a request a signature can cover.

    Attributes:
        method: Upper-case method.
        target_uri: The absolute URI, as sent: never decoded or normalised.
        headers: Values by lower-case name; repeated fields joined by a comma and a space.
    """

    method: str
    target_uri: str
    headers: Mapping[str, str]


class SignatureFields(msgspec.Struct, frozen=True):
    """One parsed signature: `Signature-Input` and `Signature` together.

    Attributes:
        components: Names of the covered components, in signed order.
        parameters: Signature parameters by name: int, str, bytes or bool values.
        parameters_text: The member of `Signature-Input` as received, which is the last line of what is signed.
        signature: The signature's bytes.
    """

    label: str
    components: tuple[str, ...]
    parameters: Mapping[str, object]
    parameters_text: str
    signature: bytes


def parse_signature(signature_input: str, signature: str) -> SignatureFields:
    """Read the two fields of a request that carries exactly one signature.

    The fields must be in the canonical form of RFC 8941: that alone refuses duplicate labels and parameters,
    where a reader that forgives would have to choose one.

    Raises:
        SignatureMalformed: see the class.
    """
    inputs, signatures = _dictionary("Signature-Input", signature_input), _dictionary("Signature", signature)
    if len(inputs) != 1 or len(signatures) != 1:
        raise SignatureMalformed("a request must carry exactly one signature")
    (label,) = inputs
    covered, value = inputs[label], signatures.get(label)
    if value is None:
        raise SignatureMalformed("Signature-Input and Signature carry different labels")
    if not isinstance(value, Item) or not isinstance(value.value, bytes) or value.params:
        raise SignatureMalformed("the Signature member must be a byte sequence without parameters")
    if not isinstance(covered, InnerList):
        raise SignatureMalformed("the Signature-Input member must be a list of components in parentheses")
    return SignatureFields(label, _components(covered), dict(covered.params), str(covered), value.value)


def signature_base(components: Sequence[str], parameters_text: str, request: SignedRequest) -> bytes:
    """Return what is signed (RFC 9421, section 2.5).

    Raises:
        ComponentUnavailable: see the class.
    """
    lines = [f'"{name}": {_component(name, request)}' for name in components]
    lines.append(f'"@signature-params": {parameters_text}')
    return "\n".join(lines).encode("latin-1")


def sign_request(
    request: SignedRequest,
    body: bytes,
    *,
    keyid: str,
    created: int,
    nonce: str,
    sign: Callable[[bytes], bytes],
) -> dict[str, str]:
    """Return the header fields that make a request a device's own (design 4.7), by lower-case name.

    Args:
        request: The request without these fields.
        body: Its body; with one, `content-digest` is made and covered.
        keyid: UUID of the device, or the thumbprint of a key that has no device yet.
        created: The present time in Unix seconds; the server accepts it for a minute.
        nonce: 16 to 64 printable ASCII characters, never used before with this key.
        sign: Makes the 64-byte Ed25519 signature of a message.
    """
    added = {"content-digest": content_digest(body)} if body else {}
    components = ("@method", "@target-uri", *added)
    names = " ".join(f'"{name}"' for name in components)
    parameters = f'({names});created={created};nonce="{nonce}";keyid="{keyid}";alg="ed25519"'
    whole = SignedRequest(request.method, request.target_uri, {**request.headers, **added})
    signed = sign(signature_base(components, parameters, whole))
    return {
        **added,
        "signature-input": f"{DEVICE_LABEL}={parameters}",
        "signature": f"{DEVICE_LABEL}=:{b64encode(signed).decode()}:",
    }


def _dictionary(name: str, text: str) -> Dictionary:
    if len(text) > MAX_FIELD_CHARS:
        raise SignatureMalformed(f"{name} is longer than {MAX_FIELD_CHARS} characters")
    parsed = Dictionary()
    try:
        parsed.parse(text.encode("ascii"))
        canonical = str(parsed)
    except (ValueError, UnicodeEncodeError):
        raise SignatureMalformed(f"{name} is not a structured dictionary (RFC 8941)") from None
    if canonical != text:
        raise SignatureMalformed(f"{name} is not in canonical form, or names something twice")
    return parsed


def _components(covered: InnerList) -> tuple[str, ...]:
    if len(covered) > MAX_COMPONENTS:
        raise SignatureMalformed(f"more than {MAX_COMPONENTS} components are covered")
    names: list[str] = []
    for item in covered:
        if type(item.value) is not str:
            raise SignatureMalformed("a covered component is not a string")
        if item.params:
            raise SignatureMalformed("a covered component has parameters, which are not used here")
        if item.value in names:
            raise SignatureMalformed("a component is covered twice")
        names.append(item.value)
    return tuple(names)


def _component(name: str, request: SignedRequest) -> str:
    if not name.startswith("@"):
        if not _FIELD_NAME.fullmatch(name):
            raise ComponentUnavailable(f"{name!r} is not the lower-case name of a header field")
        if name not in request.headers:
            raise ComponentUnavailable(f"the covered header field {name!r} was not sent")
        return request.headers[name].strip()
    if name == "@method":
        return request.method
    if name == "@target-uri":
        return request.target_uri
    parts = urlsplit(request.target_uri)
    match name:
        case "@authority":
            return parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ":"))
        case "@path":
            return parts.path or "/"
        case "@query":
            return f"?{parts.query}"
    raise ComponentUnavailable(f"{name!r} cannot be covered here")
