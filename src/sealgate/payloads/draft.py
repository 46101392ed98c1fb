"""From a developer's body to a draft that may be stored: every check of platform-api 4, in the order of 4.6.

599 body, 604 both, 601/602 blob, 602/603 transaction, 600 neither, 606 members, 413 lengths. What needs the database
comes later: 409 identifier, 605 store. 609 does not occur: we keep no list of suspicious destinations.
"""

from typing import Any

import msgspec

from sealgate.base.ids import as_uuid
from sealgate.payloads import members
from sealgate.payloads.errors import BodyMissing, NothingToSign, TwoThingsToSign
from sealgate.payloads.model import PSEUDO_TYPES, Terms
from sealgate.payloads.template import Caution, Template, template_of_blob, template_of_json

_encode = msgspec.json.Encoder().encode


class CheckedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A sign request that passed every check and is not stored yet.

    Attributes:
        terms: What will be stored; a SignIn gets its challenge when it is.
        user_token: A UUID that may or may not be a live user token of the app.
        warnings: What was let through although it may not be what the developer meant.
    """

    terms: Terms
    identifier: str | None = None
    expire_min: int = members.DEFAULT_EXPIRE_MIN
    user_token: str | None = None
    warnings: tuple[Caution, ...] = ()


def check_draft(body: Any, *, raw: bytes | None = None, network: str | None = None) -> CheckedDraft:
    """Return the draft in a request body.

    Args:
        body: The parsed JSON.
        raw: The JSON text it was parsed from, so that `custom_meta.blob` is kept to the letter; else it is re-written.
        network: The one network to sign a transaction on where the body names none; None leaves it to the wallet.

    Raises:
        BodyMissing, TwoThingsToSign, BlobUndecodable, TypeRefused, TemplateUnencodable, NothingToSign, MemberInvalid,
        TooLong
    """
    if not isinstance(body, dict) or not body:
        raise BodyMissing
    # One published client sends the key as txJson (platform-api 4.1).
    asked = {name.lower(): value for name, value in body.items()}
    if len(asked) < len(body):
        raise BodyMissing(
            message="The body has a member twice, in different cases of letters.", hint="Keep one of the two."
        )
    template = _template(asked, network)
    options, meta = members.group(asked, "options"), members.group(asked, "custom_meta")
    is_pseudo = template.tx_type in PSEUDO_TYPES
    is_payment = template.tx_type == "Payment"
    terms = Terms(
        tx_type=template.tx_type,
        request_json=msgspec.Raw(_encode(template.json)),
        destination=template.destination,
        destination_tag=template.destination_tag,
        submit=not is_pseudo and members.flag(options.get("submit"), default=True),
        multisign=not is_pseudo and members.flag(options.get("multisign"), default=False),
        pathfinding=is_payment and members.flag(options.get("pathfinding"), default=False),
        pathfinding_fallback=is_payment and members.flag(options.get("pathfinding_fallback"), default=False),
        force_network=members.network(options.get("force_network")) or (None if is_pseudo else network),
        signers=members.signers(options),
        return_url_app=members.return_url(options, "app"),
        return_url_web=members.return_url(options, "web"),
        immutable=members.optional_flag(options.get("immutable")),
        force_account=members.optional_flag(options.get("force_account")),
        instruction=members.instruction(meta.get("instruction")),
        blob=members.blob(meta.get("blob"), raw),
    )
    token = asked.get("user_token")
    return CheckedDraft(
        terms=terms,
        identifier=members.identifier(meta.get("identifier")),
        expire_min=members.expire_minutes(options.get("expire")),
        user_token=as_uuid(token.strip()) if isinstance(token, str) else None,
        warnings=template.cautions,
    )


def sign_in_draft(**terms: Any) -> CheckedDraft:
    """Return the draft of a SignIn made by the server itself, with any of the members of `Terms`."""
    template = template_of_json({"TransactionType": "SignIn"}, network=None)
    request_json = msgspec.Raw(_encode(template.json))
    return CheckedDraft(terms=Terms(tx_type="SignIn", request_json=request_json, submit=False, **terms))


def _template(asked: dict[str, Any], default_network: str | None) -> Template:
    tx_json, tx_blob = asked.get("txjson"), asked.get("txblob")
    if tx_json is not None and tx_blob is not None:
        raise TwoThingsToSign
    options = asked.get("options")
    network = (options.get("force_network") if isinstance(options, dict) else None) or default_network
    if isinstance(tx_blob, str):
        return template_of_blob(tx_blob, network=network)
    if isinstance(tx_json, dict):
        return template_of_json(tx_json, network=network)
    raise NothingToSign(pointer="/txblob" if tx_blob is not None else "/txjson")
