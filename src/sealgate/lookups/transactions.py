"""Transactions and tokens on the ledger, as a node tells them (platform-api 13)."""

from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET, Struct, UnsetType

from sealgate.apps.model import App
from sealgate.infra.nodes import NodePool, NodeRefused, Nodes, NodeUnavailable
from sealgate.ledger.addresses import encode_account_id
from sealgate.ledger.networks import find_network
from sealgate.lookups.balance_changes import Change, balance_changes, plain, readable
from sealgate.lookups.errors import HashMalformed, LedgerSilent, LedgerUnusable, TokenIdMalformed, TransactionUnknown
from sealgate.lookups.hashes import as_hash
from sealgate.tokens.model import User
from sealgate.tokens.user_routes import for_users
from sealgate.web import Call, Router

REFUSALS = (HashMalformed, TransactionUnknown, LedgerSilent, LedgerUnusable)
_NOT_FOUND = frozenset({"txnNotFound", "notImpl"})
# Of an NFTokenID: flags and fee, four bytes, then the issuer's account.
_ISSUER = slice(4, 24)

router = Router(tags=("lookups",))


class ChangeOut(Struct, frozen=True):
    """A change of one account's balance, in whole units."""

    counterparty: str
    currency: str
    value: str
    formatted: dict[str, str]


class TransactionOut(Struct, frozen=True):
    """A transaction with who gained and who lost by it.

    Attributes:
        node: Which node told it.
        transaction: As the node tells it, with `meta` and `validated`.
    """

    txid: str
    balanceChanges: dict[str, list[ChangeOut]]  # noqa: N815 - as clients know it
    node: str
    transaction: dict[str, Any]


class NftokenOut(Struct, frozen=True):
    """An NFToken: what its number says, and what a node adds."""

    issuer: str
    token: str
    owner: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    image: str | UnsetType = UNSET


@router.get(
    "/api/v1/platform/xrpl-tx/{hash:text}", caller=App, answers=TransactionOut, raises=REFUSALS, limit="transactions"
)
async def get_transaction(call: Call[App]) -> TransactionOut:
    """Look a transaction up on the app's network and tell who gained and who lost by it."""
    return await _transaction(call, call.caller)


@for_users(router.get, "xrpl-tx/{hash:text}", answers=TransactionOut, raises=REFUSALS, limit="transactions")
async def get_transaction_as_user(call: Call[User]) -> TransactionOut:
    """Look the same up for a user's page."""
    return await _transaction(call, call.caller.app)


@for_users(router.get, "nftoken-detail/{id:text}", answers=NftokenOut, raises=(TokenIdMalformed,))
async def get_nftoken(call: Call[User]) -> NftokenOut:
    """Tell who issued an NFToken, by its number alone; owner and content only where a node can be asked for them."""
    try:
        token = as_hash(call.path["id"])
    except HashMalformed:
        raise TokenIdMalformed from None
    return NftokenOut(issuer=encode_account_id(bytes.fromhex(token)[_ISSUER]), token=token)


async def _transaction(call: Call[Any], app: App) -> TransactionOut:
    txid = as_hash(call.path["hash"])
    transaction, node = await _ask(_pool(call, app), txid)
    network = find_network(app.network)
    try:
        changes = balance_changes(
            transaction.get("meta") or {}, native=network.native_asset if network is not None else "XRP"
        )
        shown = {account: [_shown(change) for change in own] for account, own in changes.items()}
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        raise LedgerUnusable(detail=repr(problem)) from None
    return TransactionOut(txid, shown, node, transaction)


async def _ask(pool: NodePool, txid: str) -> tuple[dict[str, Any], str]:
    """Return a transaction as a node tells it, and which one that was; the next is asked where one gives no answer."""
    for node in pool.candidates():
        try:
            return await node.request(
                "tx", transaction=txid, binary=False
            ), f"{urlsplit(node.url).scheme}://{node.name}"
        except NodeUnavailable:
            continue
        except NodeRefused as refusal:
            kind = TransactionUnknown if refusal.error in _NOT_FOUND else LedgerUnusable
            raise kind(detail=refusal.error) from None
    raise LedgerSilent


def _pool(call: Call[Any], app: App) -> NodePool:
    pool = call.context.get(Nodes).of(app.network)
    if pool is None:
        raise LedgerSilent(
            message="This server asks no ledger node of the app's network.",
            hint="Its operator names nodes with the setting nodes; the app's network is chosen with `app update`.",
        )
    return pool


def _shown(change: Change) -> ChangeOut:
    value = plain(change.value)
    return ChangeOut(
        change.counterparty,
        change.currency,
        value,
        {"value": value, "currency": readable(change.currency)},
    )
