"""What a person may type for a sign request: its UUID, its sign URL, or the text of its QR code."""

import re

from sealgate.cli.output import Refused

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def payload_uuid(text: str) -> str:
    """Return the lower-case UUID in a reference to a sign request (wallet-api 4.2).

    Raises:
        Refused: there is none, or more than one.
    """
    found: set[str] = {match.lower() for match in _UUID.findall(text)}
    if len(found) != 1:
        raise Refused(
            message="That does not name a sign request.",
            hint="Give its UUID, the address of its sign page, or the text of its QR code.",
        )
    return found.pop()
