"""A sign request and its life, as values: no I/O, no clock, no settings.

The life (design 4.20; wallet-api 3): created → opened | cancelled | expired; opened → signed | rejected. Expiry means
*open before*: a payload opened in time has no deadline any more. What an xApp tells is kept as a payload too, and
lives otherwise: it is not signed, may be taken back while it is there, and ends with its deadline, opened or not.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec

from sealgate.delivery.push.model import Reason
from sealgate.ledger.networks import find_network

NULL = msgspec.Raw(b"null")
EMPTY = msgspec.Raw(b"{}")

SIGN_IN = "SignIn"
CHANNEL_AUTHORIZE = "PaymentChannelAuthorize"
PSEUDO_TYPES = frozenset({SIGN_IN, CHANNEL_AUTHORIZE})
"""Things that are signed and never reach a ledger (wallet-api 0.3)."""

Origin = Literal["QR", "DEEP_LINK", "PUSH_NOTIFICATION", "EVENT_LIST", "XAPP", "UNKNOWN"]
"""How the person got to the request (platform-api 5.3)."""
SignMethod = Literal["PIN", "BIOMETRIC", "PASSPHRASE", "TANGEM", "OTHER"]
Initiator = Literal["USER", "APP"]


class Presentation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the creator wants shown beside the request; the sign page renders it and asks no questions (design 3)."""

    lines: tuple[str, ...] = ()
    origin: str | None = None
    matching_number: str | None = None
    cancel_url: str | None = None
    continue_url: str | None = None
    txn_hash: str | None = None
    """Hash of the authorization transaction; it becomes part of a SignIn's challenge (design 4.6)."""
    browser_hash: str | None = None
    """SHA-256, in hex, of the value that binds the request to one browser."""


class XappEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an xApp has to tell somebody: listed in the wallet, opened as the xApp, and never signed (platform-api 17).

    Attributes:
        identifier: Of the xApp, as it was when the event was made.
        title: Name of the app.
        data: Compact JSON object for the xApp, number for number and key for key.
    """

    identifier: str
    title: str
    body: str
    subtitle: str | None = None
    data: msgspec.Raw = EMPTY


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked for. Written once, kept as one JSON document, and never changed."""

    tx_type: str
    request_json: msgspec.Raw
    """Compact JSON of the transaction template as the developer sees it."""
    destination: str = ""
    destination_tag: int | None = None
    submit: bool = True
    multisign: bool = False
    pathfinding: bool = False
    pathfinding_fallback: bool = False
    force_network: str | None = None
    signers: tuple[str, ...] | None = None
    return_url_app: str | None = None
    return_url_web: str | None = None
    immutable: bool | None = None
    force_account: bool | None = None
    instruction: str | None = None
    blob: msgspec.Raw = NULL
    """Compact JSON of `custom_meta.blob`: the developer's own text, number for number and key for key."""
    presentation: Presentation | None = None
    xapp: XappEvent | None = None
    unpushed: Reason | None = None
    """Why nobody was woken, where somebody was named; decided when the request was made, and told then."""

    @property
    def is_pseudo(self) -> bool:
        """Whether the signed thing is no ledger transaction."""
        return self.tx_type in PSEUDO_TYPES

    @property
    def is_for_one_signer(self) -> bool:
        """Whether it names the one account that may sign."""
        return self.signers is not None and len(self.signers) == 1


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Where the wallet was when it answered: node address and network key (wallet-api 2.4)."""

    nodeuri: str | None = None
    nodetype: str | None = None

    @property
    def networkid(self) -> int | None:
        """The id of the network that `nodetype` names, None where we do not know it."""
        network = find_network(self.nodetype) if self.nodetype else None
        return network.network_id if network is not None else None


class DispatchReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a node said to the submitted transaction, as the wallet heard it: preliminary, never proof."""

    to: str = "UNKNOWN NODE"
    nodetype: str | None = None
    result: str | None = None


class SignReport(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet hands in a signature (wallet-api 2.4, first PATCH)."""

    signed_blob: str
    tx_id: str | None = None
    signpubkey: str | None = None
    signmethod: SignMethod | None = None
    multisigned: str = ""
    environment: Environment = Environment()
    origintype: Origin = "UNKNOWN"
    dispatched: DispatchReport | None = None


class RejectReport(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet declines (wallet-api 2.4): the person did not want to, or the wallet could not."""

    initiator: Initiator = "USER"
    reason: str | None = None
    environment: Environment = Environment()
    origintype: Origin = "UNKNOWN"


class UsedKey(msgspec.Struct, frozen=True):
    """A signature's account, and the address of the key that made it: the same where it is the master key."""

    account: str
    key_address: str


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger said of whoever signed.

    Attributes:
        networks: Keys of the networks that were asked.
        key: Which key of the account signed; `signers` where those on its list did.
        signers: Who signed of those on the list.
        weight: What their signatures weigh together.
        quorum: What they must weigh before the ledger takes the transaction.
    """

    networks: tuple[str, ...]
    key: Literal["master", "regular", "signers"]
    signers: tuple[str, ...] = ()
    weight: int | None = None
    quorum: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether these signatures are all that the ledger asks for."""
        return self.weight is None or self.quorum is None or self.weight >= self.quorum


class SignerList(msgspec.Struct, frozen=True, kw_only=True):
    """Who may sign for an account on its network, as its nodes say at this moment.

    Attributes:
        weights: Of every account on the list.
        lost: The keys that have signed before and may not sign any more.
    """

    network: str
    quorum: int
    weights: dict[str, int]
    lost: tuple[UsedKey, ...] = ()


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """One signature of several, kept until they are enough.

    Attributes:
        key_address: The address of the key that signed.
        hex: The object as this signer signed it.
        weight: What the signature weighs, and `quorum` what is asked for, as the list was when the latest one came.
        device_uuid: The device that handed it in.
    """

    signer: str
    key_address: str
    signer_pubkey: str
    hex: str
    weight: int
    quorum: int
    device_uuid: str
    signed_at: datetime


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What the signatures that are here weigh together, and what they must weigh."""

    weight: int
    quorum: int


class CheckedSignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was verified and found to answer the request: what `acceptance.check_signature` returns.

    Attributes:
        account: The account of the signed object: who is bound by it.
        signer: The address of the key that signed.
        multisign_account: Who signed of several, empty where one account signs for itself.
        used_keys: Every key that signed; which of them may, only the ledger knows where it is not a master key.
        rights: What the ledger said; None where nobody could be asked.
        signer_list: Who may sign for the account, where several do and the ledger was asked.
    """

    hex: str
    account: str
    signer: str
    signer_pubkey: str
    used_keys: tuple[UsedKey, ...] = ()
    rights: Rights | None = None
    signer_list: SignerList | None = None
    txid: str | None = None
    multisign_account: str = ""
    network: str | None = None
    """Key of the network that the transaction is for; None where it is for none, or for one we do not know."""
    last_ledger: int | None = None
    differences: tuple["Departure", ...] = ()

    @property
    def is_by_own_key(self) -> bool:
        """Whether the account's own key has signed, and it alone: no regular key, and none of several signers."""
        return self.signer == self.account and not self.multisign_account


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """One field in which the signed transaction is not the request, as a wallet may have it (wallet-api 10.2).

    Attributes:
        how: `added_by_wallet`, `replaced_by_wallet`, or `not_signed`: the network knows no such field.
    """

    field: str
    how: str
    requested: Any = None
    signed: Any = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a payload ended: signed or rejected, by whom, where and how (wallet-api 3.4)."""

    signed: bool
    reference: str
    """UUID of the wallet's call that settled it."""
    holder_uuid: str
    device_uuid: str
    origintype: str
    signmethod: str | None = None
    hex: str | None = None
    txid: str | None = None
    account: str | None = None
    signer: str | None = None
    signer_pubkey: str | None = None
    multisign_account: str | None = None
    environment_nodeuri: str | None = None
    environment_nodetype: str | None = None
    environment_networkid: int | None = None
    dispatched_to: str | None = None
    dispatched_nodetype: str | None = None
    dispatched_result: str | None = None
    reject_initiator: str | None = None
    reject_reason: str | None = None
    network: str | None = None
    differences: Sequence[Any] | None = None
    """Each a `Departure`, as an object."""
    rights: Any = None
    """`Rights` as an object, None where no ledger was asked."""


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """A signed transaction whose end on the ledger is not known yet.

    Attributes:
        last_ledger: Its LastLedgerSequence.
        first_ledger: A ledger that was validated when it was first looked up.
    """

    payload_id: int
    network: str
    txid: str
    hex: str
    last_ledger: int | None
    first_ledger: int | None
    since: datetime


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a signed transaction on its ledger, once and for all.

    Attributes:
        validated: True, it is in a validated ledger. False, it can be in none any more. None, nobody could find out.
        result: Final, such as `tesSUCCESS` or `tecPATH_DRY`; None unless validated.
        delivered_amount: What the receiver got, as the ledger writes amounts; None where nothing was delivered.
        ledger_index: The ledger that holds it.
        closed_at: When that one closed.
    """

    network: str
    validated: bool | None
    result: str | None = None
    delivered_amount: Any = None
    ledger_index: int | None = None
    closed_at: datetime | None = None
    decided_at: datetime


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A sign request with everything that is stored about it."""

    id: int
    uuid: str
    app_uuid: str
    terms: Terms
    created_at: datetime
    expires_at: datetime
    identifier: str | None = None
    holder_uuid: str | None = None
    """The one holder who may open it, or None where whoever scans it may."""
    pushed: bool = False
    web_opened_at: datetime | None = None
    """When a browser first showed the sign page, if that was before a wallet opened the payload."""
    opened_at: datetime | None = None
    opened_by_deeplink: bool | None = None
    cancelled_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    contributions: tuple[Contribution, ...] = ()
    """The signatures of several that are here, while others are waited for; only where they were asked for."""

    @property
    def collects(self) -> bool:
        """Whether several may sign it. What is for one person or one account is over with their part of it."""
        return self.terms.multisign and self.holder_uuid is None and not self.terms.is_for_one_signer

    @property
    def collected(self) -> "Collected | None":
        """How far the signatures of several have come; None where there are none, or none are waited for."""
        if not self.contributions:
            return None
        return Collected(weight=sum(one.weight for one in self.contributions), quorum=self.contributions[-1].quorum)

    def concerns(self, holder_uuid: str) -> bool:
        """Whether the holder was asked by name or has answered."""
        return holder_uuid in {self.holder_uuid, self.outcome.holder_uuid if self.outcome is not None else None}


class State(StrEnum):
    """Where a payload stands. The last four are final."""

    CREATED = "created"
    OPENED = "opened"
    SIGNED = "signed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def state_of(payload: Payload, now: datetime) -> State:
    """Return where `payload` stands at `now`. It has expired from `expires_at` on, that moment included."""
    if payload.outcome is not None:
        return State.SIGNED if payload.outcome.signed else State.REJECTED
    if payload.cancelled_at is not None:
        return State.CANCELLED
    # What nobody signs needs no time after it was opened: an xApp event ends with its deadline.
    if now >= payload.expires_at and (payload.opened_at is None or payload.terms.xapp is not None):
        return State.EXPIRED
    return State.CREATED if payload.opened_at is None else State.OPENED


def is_expired(payload: Payload, now: datetime) -> bool:
    """Return the developer's `meta.expired`: past the deadline, opened or not, or cancelled (platform-api 5.1)."""
    return payload.cancelled_at is not None or now >= payload.expires_at


def is_expired_for_wallets(payload: Payload, now: datetime) -> bool:
    """Return the wallet's `meta.expired`: never of what was opened in time, or none could sign it (wallet-api 2.2)."""
    is_kept = payload.opened_at is not None and payload.terms.xapp is None
    return payload.cancelled_at is not None or (now >= payload.expires_at and not is_kept)


def came_by_link(payload: Payload) -> bool:
    """Tell whether the wallet that answered may have been opened by a link on its own device, rather than elsewhere.

    Whoever forwards a link wants the answer where it began. The victim runs an honest wallet, so its word for how the
    request reached it counts. A request shows up by itself only where it was addressed to somebody.
    """
    outcome = payload.outcome
    if outcome is None or outcome.origintype == "QR":
        return False
    return not (payload.pushed and outcome.origintype in ("PUSH_NOTIFICATION", "EVENT_LIST"))


class CancelReason(StrEnum):
    """The developer's answer to a cancellation (platform-api 6)."""

    OK = "OK"
    ALREADY_CANCELLED = "ALREADY_CANCELLED"
    ALREADY_RESOLVED = "ALREADY_RESOLVED"
    ALREADY_EXPIRED = "ALREADY_EXPIRED"
    ALREADY_OPENED = "ALREADY_OPENED"


def cancel_reason(payload: Payload, now: datetime) -> CancelReason:
    """Return what a cancellation at `now` comes to; the first match of the table in platform-api 6 wins.

    An xApp event can be taken back after it was opened.
    """
    if payload.cancelled_at is not None:
        return CancelReason.ALREADY_CANCELLED
    if payload.outcome is not None:
        return CancelReason.ALREADY_RESOLVED
    if now >= payload.expires_at:
        return CancelReason.ALREADY_EXPIRED
    if payload.opened_at is not None and payload.terms.xapp is None:
        return CancelReason.ALREADY_OPENED
    return CancelReason.OK


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """A cancellation tried: what came of it, and the payload as it was before."""

    reason: CancelReason
    before: Payload

    @property
    def cancelled(self) -> bool:
        """Whether this call cancelled the payload."""
        return self.reason is CancelReason.OK
