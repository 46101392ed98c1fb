"""Where people go afterwards: the developer's URLs with their tags filled in (platform-api 5.5)."""

import re
from typing import NamedTuple
from urllib.parse import quote

from sealgate.payloads.model import Payload

_TAG = re.compile(r"\{(id|cid|txid|txblob)\}", re.IGNORECASE)


class ReturnUrls(NamedTuple):
    """The two ways back: of the wallet (`app`) and of the browser that shows the sign page (`web`)."""

    app: str | None
    web: str | None


def return_urls(payload: Payload, *, public: bool = False) -> ReturnUrls:
    """Return the payload's return URLs, each None where none was asked for.

    Every occurrence of a tag is replaced, in any case of letters. What is not known (yet) becomes empty text.

    Args:
        public: For whoever knows the payload's UUID, as the status socket and the sign page are: `{txblob}` becomes
            empty, since a signed transaction is its signer's and its app's alone (wallet-api 3.2).
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
    }

    def filled(url: str | None) -> str | None:
        return None if url is None else _TAG.sub(lambda tag: values[tag[1].lower()], url)

    return ReturnUrls(filled(terms.return_url_app), filled(terms.return_url_web))
