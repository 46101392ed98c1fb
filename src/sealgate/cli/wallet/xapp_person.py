"""The person in front of an xApp: answers by the options of the command line, else at the terminal, else says no."""

from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused, note
from sealgate.cli.wallet.answering import answer
from sealgate.cli.wallet.wallets import OpenWallet
from sealgate.ledger.addresses import is_classic_address

_ORIGIN = "XAPP"
_MAX_TAG = 0xFFFFFFFF

# What a wallet without a ledger knows of an address. `danger` is a word of wallet-api 8.5.
_NOTHING_KNOWN = {
    "exist": True,
    "danger": "UNKNOWN",
    "blackHole": False,
    "disallowIncomingXRP": False,
    "possibleExchange": False,
    "requireDestinationTag": False,
}


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says that the person does.

    Attributes:
        approve: Sign every request or none; None asks at the terminal.
        scans: What is in front of the camera, one after the other.
        destinations: Whom the person chooses, one after the other: ADDRESS or ADDRESS:TAG.
    """

    approve: Literal["all", "none"] | None = None
    scans: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


class _Declined(Exception):
    """The person said no."""


class Person:
    """Signs, scans and chooses.

    Args:
        can_ask: Somebody sits at the terminal.
    """

    def __init__(self, wallet: OpenWallet, environment: Environment, choices: Choices, *, can_ask: bool) -> None:
        self._wallet = wallet
        self._environment = environment
        self._approve = choices.approve
        self._scans = list(choices.scans)
        self._destinations = [destination(text) for text in choices.destinations]
        self._can_ask = can_ask

    def sign(self, uuid: str, *, network: str | None) -> dict[str, Any]:
        """Answer a sign request and return what was done, with `signed` and, where it was not, `error`.

        A request that is not signed is declined at the server, too, so that the app hears of it there as well.
        """
        api = self._wallet.api(self._environment)
        try:
            if self._approve == "all" or (self._approve is None and self._can_ask):
                ask = None if self._approve == "all" else _confirm
                show = None if ask is None else note
                return answer(
                    self._wallet, self._environment, uuid, origin=_ORIGIN, network=network, ask=ask, show=show
                )
            api.open(uuid, origin=_ORIGIN)
            api.reject(uuid, reason=None, origin=_ORIGIN)
            reason = "Nothing is approved." if self._approve else "Nobody is there to approve it: --approve all."
        except _Declined:
            reason = self._declines(uuid)
        except Refused as refusal:
            reason = refusal.message
        return {"uuid": uuid, "signed": False, "error": reason}

    def _declines(self, uuid: str) -> str:
        try:
            self._wallet.api(self._environment).reject(uuid, reason=None, origin=_ORIGIN)
        except Refused as refusal:  # it expired, or another device was first, while the person was reading
            return f"You declined, and the server says: {refusal.message}"
        return "You declined."

    def scan(self) -> str | None:
        """Return what is scanned; None closes the scanner."""
        if self._scans:
            return self._scans.pop(0)
        return _typed("Text of the QR code (empty closes the scanner)") if self._can_ask else None

    def select(self) -> dict[str, Any] | None:
        """Return whom the person chooses, and what is known of them; None closes the list."""
        if self._destinations:
            chosen: dict[str, Any] | None = self._destinations.pop(0)
        else:
            chosen = self._typed_destination() if self._can_ask else None
        return None if chosen is None else {"destination": chosen, "info": _NOTHING_KNOWN}

    def lets_open(self, url: str, *, asked: bool) -> bool:
        """Tell whether a web page may be opened in the person's own browser; `asked` first, or not."""
        if not self._can_ask:
            return False
        return not asked or typer.confirm(f"Open {urlsplit(url).netloc} in your browser?", err=True)

    def _typed_destination(self) -> dict[str, Any] | None:
        while (text := _typed("Destination, ADDRESS or ADDRESS:TAG (empty closes the list)")) is not None:
            try:
                return destination(text)
            except Refused as refusal:
                note(refusal.message)
        return None


def destination(text: str) -> dict[str, Any]:
    """Return the address and tag in ADDRESS or ADDRESS:TAG.

    Raises:
        Refused: it is neither.
    """
    address, colon, tag = text.strip().partition(":")
    if not is_classic_address(address):
        raise Refused(message=f"{text!r} is no destination.", hint="Give an r-address, or address:tag.")
    if not colon:
        return {"address": address}
    if not (tag.isascii() and tag.isdigit() and int(tag[:11]) <= _MAX_TAG):
        raise Refused(message=f"{tag!r} is no destination tag.", hint=f"A tag is a number from 0 to {_MAX_TAG}.")
    return {"address": address, "tag": int(tag)}


def _typed(question: str) -> str | None:
    text: str = typer.prompt(question, default="", show_default=False, err=True)
    return text or None


def _confirm() -> None:
    if not typer.confirm("Sign this?", err=True):
        raise _Declined
