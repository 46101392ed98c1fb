"""Where people go afterwards: the developer's URLs with their tags filled in (platform-api 5.5)."""

import re
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from sealgate.payloads.model import Payload

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer

_TAG = re.compile(r"\{(id|cid|txid|txblob|ticket)\}", re.IGNORECASE)
_NEEDS_TICKET = re.compile(r"\{ticket\}", re.IGNORECASE)


class ReturnUrls(NamedTuple):
    """The two ways back: of the wallet (`app`) and of the browser that shows the sign page (`web`)."""

    app: str | None
    web: str | None


def ticket_of(sealer: "Sealer", payload_uuid: str, device_uuid: str) -> str:
    """Return what proves that a browser was sent by the wallet that answered: known to that device and to us alone.

    It is stored nowhere: 43 characters of base64url, made from the pepper.
    """
    return urlsafe_b64encode(sealer.mac(f"ticket {payload_uuid} {device_uuid}")).decode().rstrip("=")


def return_urls(payload: Payload, *, public: bool = False, ticket: str | None = None) -> ReturnUrls:
    """Return the payload's return URLs, each None where none was asked for.

    Every occurrence of a tag is replaced, in any case of letters. What is not known (yet) becomes empty text.

    Args:
        public: For whoever knows the payload's UUID, as the status socket and the sign page are: `{txblob}` becomes
            empty, since a signed transaction is its signer's and its app's alone (wallet-api 3.2).
        ticket: For `{ticket}`. A URL with this tag is for the wallet that answered, and None for everybody else.
    """
    terms = payload.terms
    if terms.return_url_app is None and terms.return_url_web is None:
        return ReturnUrls(None, None)
    outcome = payload.outcome
    values = {
        "id": payload.uuid,
        "cid": quote(payload.identifier or "", safe=""),
        "txid": (outcome and outcome.txid) or "",
        "txblob": "" if public else (outcome and outcome.hex) or "",
        "ticket": ticket or "",
    }

    def filled(url: str | None) -> str | None:
        if url is None or (ticket is None and _NEEDS_TICKET.search(url)):
            return None
        return _TAG.sub(lambda tag: values[tag[1].lower()], url)

    return ReturnUrls(filled(terms.return_url_app), filled(terms.return_url_web))
