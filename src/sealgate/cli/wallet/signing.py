"""From a request as the server signed it to a signature: what is filled in, and how (wallet-api 6, 10.2).

Without a node nothing about the account is known: `Fee` 12 drops and `Sequence` 1 are filled in and said, and no
`LastLedgerSequence` is added (design 4.22).
"""

import hashlib
from typing import Any, Literal, Protocol

import msgspec

from sealgate.cli.output import Refused
from sealgate.ledger.comparison import FIRST_ABSOLUTE_LEDGER
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.keys import KeyPair
from sealgate.ledger.networks import NETWORKS, Network, find_network
from sealgate.ledger.signatures import multisign_transaction, sign_claim, sign_transaction
from sealgate.ledger.transactions import PSEUDO_TYPES, channel_claim, signable_template

DEFAULT_FEE_DROPS = "12"
DEFAULT_SEQUENCE = 1
LEDGERS_LEFT = 20
"""How many ledgers a transaction may wait for, where the request does not say (wallet-api 10.2)."""
DEFAULT_NETWORK = "MAINNET"

Origin = Literal["QR", "DEEP_LINK", "PUSH_NOTIFICATION", "EVENT_LIST", "XAPP"]


class Conditions(msgspec.Struct, frozen=True):
    """The conditions on the answer (wallet-api 2.1, `meta`)."""

    uuid: str
    multisign: bool
    pathfinding: bool
    signers: list[str] | None
    force_network: str | None
    custom_instruction: str | None
    return_url_app: str | None
    submit: bool = True


class Asker(msgspec.Struct, frozen=True):
    """The application that asks."""

    uuidv4: str
    name: str


class Asked(msgspec.Struct, frozen=True):
    """What is asked for: for pseudo transactions `request_json` has no `TransactionType`."""

    tx_type: str
    request_json: dict[str, Any]
    expires_at: str


class Request(msgspec.Struct, frozen=True):
    """A sign request as a wallet sees it: the members this wallet acts on."""

    meta: Conditions
    application: Asker
    payload: Asked

    @property
    def xapp(self) -> str | None:
        """Identifier of the xApp that this opens, in place of anything to sign; None for a sign request."""
        found = self.payload.request_json.get("xappIdentifier") if self.payload.tx_type == "SignIn" else None
        return found if isinstance(found, str) else None


class Ledger(Protocol):
    """What is known of the signer's account at this moment: fee in drops, next sequence, the ledger open now."""

    @property
    def fee(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def ledger(self) -> int: ...


class Signed(msgspec.Struct, frozen=True):
    """A signature ready to be handed in.

    Attributes:
        transaction: What was signed, in ledger JSON, without signatures.
        blob: Upper-case hex of the signed object, or of the claim's signature.
        txid: Transaction hash, None for a claim.
        multisigned: Address of the signer of a multi-signature, else empty.
        filled: Names of the fields the wallet put in without knowing the ledger.
    """

    transaction: dict[str, Any]
    blob: str
    txid: str | None
    multisigned: str
    filled: tuple[str, ...]


def choose_network(request: Request, asked: str | None, *, otherwise: str | None = None) -> Network:
    """Return the network to sign for: the request's, else the one asked for, else the one that knows the type.

    Args:
        otherwise: Instead of the one that knows the type.

    Raises:
        Refused: the request forces another network than asked for, or one this wallet does not know.
    """
    forced = request.meta.force_network
    key = forced or asked or otherwise or _home_of(request.payload.tx_type)
    network = find_network(key)
    if network is None:
        raise Refused(
            message=f"This wallet does not know the network {key!r}.", hint=f"It knows {', '.join(NETWORKS)}."
        )
    if asked is not None and find_network(asked) is not network:
        raise Refused(
            message=f"The request is for {network.key}, not for {asked}.",
            hint="Leave --network out, or reject the request.",
        )
    return network


def _home_of(tx_type: str) -> str:
    """Return the key of mainnet, or of Xahau for what only Xahau knows."""
    if tx_type in PSEUDO_TYPES or tx_type in load_definitions().transaction_types:
        return DEFAULT_NETWORK
    return "XAHAU" if tx_type in load_definitions("xahau").transaction_types else DEFAULT_NETWORK


def prepare(
    request: Request, account: str, network: Network, ledger: Ledger | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the object to sign and the names of the fields that were guessed.

    Args:
        ledger: What a node says; None where no node is configured.

    Raises:
        Refused: the request may not be signed with this account.
    """
    signers, tx_type = request.meta.signers, request.payload.tx_type
    if request.xapp is not None:
        raise Refused(
            message=f"This is a message of the xApp {request.xapp}: there is nothing to sign.",
            hint=f"Open it: sealgate wallet open-xapp {request.xapp} --via list --event {request.meta.uuid}. "
            "`wallet reject` puts the message away.",
        )
    if signers and account not in signers:
        raise Refused(
            message=f"Only {', '.join(signers)} may sign this request; this wallet is {account}.",
            hint="Choose another wallet with --wallet.",
        )
    transaction = signable_template(tx_type, request.payload.request_json, load_definitions(network.definitions))
    if tx_type == "PaymentChannelAuthorize":
        return transaction, ()
    if request.meta.multisign:
        if "Account" not in transaction:
            raise Refused(message="A multi-signature needs the account it is for, and the request names none.")
        return transaction, ()
    if tx_type != "Import" or "Account" not in transaction:
        transaction["Account"] = account
    if tx_type in PSEUDO_TYPES:
        return transaction, ()

    if network.needs_network_id:
        transaction.setdefault("NetworkID", network.network_id)
    if ledger is not None:
        _fill_from_ledger(transaction, ledger)
        return transaction, ()
    filled = []
    if "Fee" not in transaction:
        transaction["Fee"] = DEFAULT_FEE_DROPS
        filled.append("Fee")
    if "Sequence" not in transaction:
        transaction["Sequence"] = 0 if "TicketSequence" in transaction else DEFAULT_SEQUENCE
        filled.append("Sequence")
    return transaction, tuple(filled)


def _fill_from_ledger(transaction: dict[str, Any], ledger: Ledger) -> None:
    """Fill in as wallet-api 10.2 has it: what the request says stays, but for a relative last ledger."""
    transaction.setdefault("Fee", ledger.fee)
    transaction.setdefault("Sequence", 0 if "TicketSequence" in transaction else ledger.sequence)
    asked = transaction.get("LastLedgerSequence")
    if asked is None:
        transaction["LastLedgerSequence"] = ledger.ledger + LEDGERS_LEFT
    elif isinstance(asked, int) and asked < FIRST_ABSOLUTE_LEDGER:
        transaction["LastLedgerSequence"] = ledger.ledger + asked


def is_submitted(request: Request) -> bool:
    """Tell whether the wallet hands what it signs to the ledger: never a pseudo transaction or one of several parts."""
    return request.meta.submit and not request.meta.multisign and request.payload.tx_type not in PSEUDO_TYPES


def sign(
    request: Request, keys: KeyPair, network: Network, ledger: Ledger | None = None, *, account: str | None = None
) -> Signed:
    """Sign a request.

    Args:
        account: Whom the key signs for, where it is that account's regular key; else its own account.

    Raises:
        Refused: it may not be signed with this account, or cannot be written in the ledger's form.
    """
    definitions, account = load_definitions(network.definitions), account or keys.address
    try:
        transaction, filled = prepare(request, account, network, ledger)
        if request.payload.tx_type == "PaymentChannelAuthorize":
            claim = sign_claim(*channel_claim(transaction), keys)
            return Signed(transaction, claim.hex().upper(), None, "", filled)
        if request.meta.multisign:
            done = multisign_transaction(transaction, keys, account, definitions=definitions)
            return Signed(transaction, done.blob.hex().upper(), done.txid, account, filled)
        done = sign_transaction(transaction, keys, definitions=definitions)
    except LedgerError as problem:
        raise Refused(
            message=f"The request cannot be signed: {problem}.", hint="Reject it and tell its author."
        ) from None
    return Signed(transaction, done.blob.hex().upper(), done.txid, "", filled)


def ownership_proof(keys: KeyPair, *, user: str, device: str, nonce: str) -> str:
    """Return the hex of the proof that this wallet holds an account's key (wallet-api 1.7, with the server's nonce)."""
    bound_to = f"{user}.{device}.{keys.address}"
    proof = {
        "Account": keys.address,
        "InvoiceID": hashlib.sha256(bound_to.encode()).hexdigest().upper(),
        "AccountTxnID": hashlib.sha256(nonce.encode()).hexdigest().upper(),
    }
    return sign_transaction(proof, keys).blob.hex().upper()
