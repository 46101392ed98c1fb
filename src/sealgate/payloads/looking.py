"""Looking one signed transaction up at the nodes of its network, and when to believe what they say.

A node's word counts where it fits what was signed, and where the ledger it names is the one that this node has named
all along. It is the outcome when as many nodes as the network's pool asks for say the very same. That a transaction is
in no ledger and never will be takes more: its last ledger has passed, the node has searched every ledger in which it
could be, and the account's sequence is still unused.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from sealgate.infra.nodes import NodePool, NodeRefused, NodeUnavailable
from sealgate.infra.nodes.answers import ledger_of
from sealgate.infra.nodes.errors import NodeFailed
from sealgate.infra.nodes.node import Node
from sealgate.ledger.codec import decode
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.networks import find_network
from sealgate.payloads.judging import Implausible, Sighting, read_sighting
from sealgate.payloads.model import Followed

SLACK_LEDGERS = 20
"""A wallet may submit before it hands the signature in: about a minute."""
LONGEST_SEARCH = 1000
"""Ledgers that a node searches at once."""


class Seen(msgspec.Struct, frozen=True):
    """It is in a validated ledger; equal where two nodes say the same."""

    sighting: Sighting
    ledger_hash: str
    closed_at: datetime | None


Said = Seen | Literal["not yet", "never"]


class Found(msgspec.Struct, frozen=True):
    """What the nodes say together.

    Attributes:
        said: What enough of them agree on; None where they do not.
        latest: The latest validated ledger that one of them named.
    """

    said: Said | None
    latest: int | None


async def look_up(pool: NodePool, followed: Followed) -> Found:
    """Ask nodes, one after the other, until enough agree. Never raises for what a node does."""
    network = find_network(followed.network)
    definitions = load_definitions(network.definitions if network is not None else "xrpl")
    signed = decode(bytes.fromhex(followed.hex), definitions=definitions)
    votes: Counter[Said] = Counter()
    latest = None
    for node in pool.candidates():
        try:
            said = await _ask(node, followed, signed)
        except (NodeUnavailable, NodeRefused):
            continue
        except NodeFailed as problem:
            if node.may_be_asked:
                await node.fail(str(problem))
            continue
        except Implausible as problem:
            node.distrust(str(problem))
            continue
        votes[said] += 1
        if node.watch.latest is not None:
            latest = node.watch.latest.index
        if votes[said] >= pool.agreement:
            return Found(said, latest)
    return Found(None, latest)


async def _ask(node: Node, followed: Followed, signed: Mapping[str, Any]) -> Said:
    try:
        answer = await node.request("tx", transaction=followed.txid, binary=False)
    except NodeRefused as refusal:
        if refusal.error != "txnNotFound":
            raise
        return "never" if await _is_gone(node, followed, signed) else "not yet"
    sighting = read_sighting(signed, followed.txid, followed.last_ledger, answer)
    if sighting is None:
        await _note_latest(node)
        return "not yet"
    close = ledger_of(await node.request("ledger", ledger_index=sighting.ledger_index))
    node.note(close)
    named = answer.get("ledger_hash", close.hash)
    if close.index != sighting.ledger_index or not isinstance(named, str) or named.upper() != close.hash:
        raise Implausible("the ledger that it names is another one")
    return Seen(sighting, close.hash, close.closed_at)


async def _is_gone(node: Node, followed: Followed, signed: Mapping[str, Any]) -> bool:
    latest, last = await _note_latest(node), followed.last_ledger
    if last is None or followed.first_ledger is None or latest <= last:
        return False
    first = max(1, followed.first_ledger - SLACK_LEDGERS)
    sequence = signed.get("Sequence")
    if last < first:
        # It was too late when it was signed, unless it had been submitted long before it was handed in.
        first = max(1, last - SLACK_LEDGERS)
    if last - first >= LONGEST_SEARCH or not isinstance(sequence, int) or sequence == 0:
        return False
    return await _was_searched(node, followed.txid, first, last) and await _is_unused(node, signed, sequence)


async def _was_searched(node: Node, txid: str, first: int, last: int) -> bool:
    try:
        await node.request("tx", transaction=txid, binary=False, min_ledger=first, max_ledger=last)
    except NodeRefused as refusal:
        return refusal.error == "txnNotFound" and refusal.answer.get("searched_all") is True
    return False


async def _is_unused(node: Node, signed: Mapping[str, Any], sequence: int) -> bool:
    """Tell whether the sequence is still the account's next one: then nothing was done with it, here or elsewhere."""
    try:
        answer = await node.request("account_info", account=signed["Account"], ledger_index="validated")
    except NodeRefused as refusal:
        return refusal.error == "actNotFound"
    data = answer.get("account_data")
    known = data.get("Sequence") if isinstance(data, dict) else None
    return isinstance(known, int) and known <= sequence


async def _note_latest(node: Node) -> int:
    close = ledger_of(await node.request("ledger", ledger_index="validated"))
    node.note(close)
    return close.index
