"""Transactions and tokens on the ledger, as a node tells them (platform-api 13)."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET, Struct, UnsetType

from sealgate.apps.model import App
from sealgate.infra.nodes import NodePool, NodeRefused, Nodes, NodeUnavailable
from sealgate.ledger.addresses import encode_account_id, is_classic_address
from sealgate.ledger.networks import find_network
from sealgate.lookups.balance_changes import Change, balance_changes, plain, readable
from sealgate.lookups.errors import HashMalformed, LedgerSilent, LedgerUnusable, TokenIdMalformed, TransactionUnknown
from sealgate.lookups.hashes import as_hash
from sealgate.tokens.model import User
from sealgate.tokens.user_routes import for_users
from sealgate.web import Call, Router

REFUSALS = (HashMalformed, TransactionUnknown, LedgerSilent, LedgerUnusable)
_NOT_FOUND = frozenset({"txnNotFound", "notImpl"})
NFTOKEN_S = 3.0
"""How long each node may take: the answer is good without it."""
_MOST_URI_HEX = 512
_PICTURE = re.compile(r"(https|ipfs)://[!-~]{1,240}\.(png|jpe?g|gif|webp|svg)", re.IGNORECASE)
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
    """An NFToken: what its number says, and what a node adds.

    Attributes:
        owner: Who has it, where a node of the app's network keeps track of that and it was not burnt.
        name: Never given: what an issuer calls it is written elsewhere, at an address that nobody vouches for.
        image: Its own address, where that is a picture's.
    """

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
    """Tell who issued an NFToken, by its number alone, and who has it, where a node that knows can be asked."""
    try:
        token = as_hash(call.path["id"])
    except HashMalformed:
        raise TokenIdMalformed from None
    issuer = encode_account_id(bytes.fromhex(token)[_ISSUER])
    pool = call.context.get(Nodes).of(call.caller.app.network)
    told = {} if pool is None else await _token(pool, token)
    return NftokenOut(issuer, token, owner=_owner(told) or UNSET, image=_picture(told.get("uri")) or UNSET)


async def _token(pool: NodePool, token: str) -> dict[str, Any]:
    """Return what a node tells of an NFToken; nothing where none keeps track: only nodes for history do."""
    for node in pool.candidates():
        try:
            async with asyncio.timeout(NFTOKEN_S):
                told = await node.request("nft_info", nft_id=token, ledger_index="validated")
        except (NodeRefused, NodeUnavailable, TimeoutError):
            continue
        if told.get("validated") is True and str(told.get("nft_id")).upper() == token:
            return told
    return {}


def _owner(told: Mapping[str, Any]) -> str | None:
    owner = told.get("owner")
    return str(owner) if is_classic_address(owner) and told.get("is_burned") is False else None


def _picture(uri: object) -> str | None:
    """Return the address of a picture in the hex that a node tells as a token's URI, None where it is none."""
    try:
        text = bytes.fromhex(uri).decode() if isinstance(uri, str) and len(uri) <= _MOST_URI_HEX else ""
    except ValueError:
        return None
    return text if _PICTURE.fullmatch(text) else None


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
