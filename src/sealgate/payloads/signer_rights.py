"""May the key that signed speak for the account? The ledger's nodes say: regular keys, disabled master keys, lists.

A signature is only as good as the key's right to sign, and that can change with every ledger. So the nodes are asked
when the signature comes, before anything is stored, and enough of them must say the same (ADR 28, ADR 30).
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from sealgate.infra.nodes import Node, NodePool, NodeRefused, Nodes, NodeUnavailable
from sealgate.ledger.networks import find_network
from sealgate.payloads.acceptance import network_of
from sealgate.payloads.errors import (
    KeyNotAllowed,
    LedgerUnanswered,
    MasterKeyDisabled,
    SignatureRefusal,
    SignerNotListed,
)
from sealgate.payloads.model import (
    CHANNEL_AUTHORIZE,
    SIGN_IN,
    CheckedSignature,
    Payload,
    Rights,
    SignerList,
    SignReport,
    UsedKey,
)

DISABLE_MASTER = 0x0010_0000
COURTESY_S = 1.5
"""How long a signature waits for what the ledger will see to anyhow: a payment by a key that is the account's own."""


class Standing(msgspec.Struct, frozen=True):
    """What a node says of an account; equal where two say the same.

    Attributes:
        is_there: Whether the account exists. Where it does not, its master key alone speaks for it.
        quorum: What the signatures of those on its list must weigh; None without a list.
    """

    is_there: bool
    is_master_disabled: bool = False
    regular_key: str | None = None
    quorum: int | None = None
    weights: tuple[tuple[str, int], ...] = ()


class Senseless(Exception):
    """The answer cannot be about this account."""


def networks_to_ask(payload: Payload, report: SignReport, *, home: str, known: Collection[str]) -> tuple[str, ...]:
    """Return whose nodes say whether a signature counts; none where the nodes of none are known.

    A transaction is its own network's matter. A sign-in is one of the network that the request names. Where it names
    none, the app's own has a say and so has the wallet's, or whoever signs could choose one that knows nothing.

    Args:
        home: The app's network.
        known: The networks whose nodes can be asked.
    """
    terms = payload.terms
    if terms.tx_type == CHANNEL_AUTHORIZE:  # the channel knows its key, whatever the account's are
        return ()
    if terms.tx_type != SIGN_IN or terms.force_network is not None:
        asked = [network_of(terms, report)]
    else:
        stated = find_network(report.environment.nodetype or "")
        asked = [home, None if stated is None else stated.key]
    return tuple(dict.fromkeys(key for key in asked if key is not None and key in known))


async def check_rights(
    nodes: Nodes, networks: tuple[str, ...], payload: Payload, checked: CheckedSignature
) -> CheckedSignature:
    """Return the signature with what the ledger says of its keys; as it is where there is nobody to ask.

    Raises:
        KeyNotAllowed, MasterKeyDisabled, SignerNotListed: the ledger would not take it either.
        LedgerUnanswered: nobody knows, and it matters: for a sign-in, a regular key, or one signature of several.
    """
    pools = {key: pool for key in networks if (pool := nodes.of(key)) is not None}
    if not pools or not checked.used_keys:
        return checked
    if checked.multisign_account:
        [(network, pool)] = pools.items()
        return await _check_signers(network, pool, payload, checked)
    [used] = checked.used_keys
    is_vital = payload.terms.is_pseudo or used.account != used.key_address
    try:
        async with asyncio.timeout(None if is_vital else COURTESY_S):
            found = await asyncio.gather(*(_standing_of(pool, used.account) for pool in pools.values()))
    except (LedgerUnanswered, TimeoutError):
        if is_vital:
            raise
        return checked
    kinds = {judge(one, used, network) for one, network in zip(found, pools, strict=True)}
    kind: Literal["master", "regular"] = "regular" if "regular" in kinds else "master"
    return replace(checked, rights=Rights(networks=tuple(pools), key=kind))


async def _check_signers(network: str, pool: NodePool, payload: Payload, checked: CheckedSignature) -> CheckedSignature:
    earlier = [UsedKey(one.signer, one.key_address) for one in payload.contributions]
    accounts = list(dict.fromkeys([checked.account, *(one.account for one in (*checked.used_keys, *earlier))]))
    found = await asyncio.gather(*(_standing_of(pool, account) for account in accounts))
    standings = dict(zip(accounts, found, strict=True))
    account = standings[checked.account]
    if account.quorum is None:
        raise SignerNotListed(
            message=f"{checked.account} has no list of signers on {network}, so nobody can sign for it together.",
            pointer="/signed_blob",
        )
    weights = dict(account.weights)
    for used in checked.used_keys:
        if used.account not in weights:
            raise SignerNotListed(
                message=f"{used.account} is not on the list of signers of {checked.account} on {network}.",
                pointer="/multisigned",
            )
        judge(standings[used.account], used, network)
    lost = tuple(used for used in earlier if not _may_sign(standings[used.account], used, network))
    return replace(checked, signer_list=SignerList(network=network, quorum=account.quorum, weights=weights, lost=lost))


def judge(standing: Standing, used: UsedKey, network: str) -> Literal["master", "regular"]:
    """Return which of the account's keys signed.

    Raises:
        KeyNotAllowed: neither.
        MasterKeyDisabled: the one that is switched off.
    """
    if used.key_address == standing.regular_key:
        return "regular"
    if used.key_address != used.account:
        raise KeyNotAllowed(
            message=f"The key of {used.key_address} is not the regular key of {used.account} on {network}.",
            pointer="/signed_blob",
        )
    if standing.is_master_disabled:
        raise MasterKeyDisabled(
            message=f"The master key of {used.account} is switched off on {network}.", pointer="/signed_blob"
        )
    return "master"


def _may_sign(standing: Standing, used: UsedKey, network: str) -> bool:
    try:
        judge(standing, used, network)
    except SignatureRefusal:
        return False
    return True


async def _standing_of(pool: NodePool, account: str) -> Standing:
    """Ask all nodes at once, so that a slow one holds nobody up, and believe what enough of them say."""
    votes: Counter[Standing] = Counter()
    asking = [asyncio.create_task(_ask(node, account)) for node in pool.candidates()]
    try:
        for answered in asyncio.as_completed(asking):
            said = await answered
            if said is None:
                continue
            votes[said] += 1
            if votes[said] >= pool.agreement:
                return said
    finally:
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    raise LedgerUnanswered(
        message=f"The nodes of {pool.network} cannot be asked at the moment whether this key may sign for the account.",
        detail=f"network={pool.network} asked={len(asking)} answers={votes.total()}",
        pointer="/signed_blob",
    )


async def _ask(node: Node, account: str) -> Standing | None:
    try:
        answer = await node.request("account_info", account=account, ledger_index="validated", signer_lists=True)
        return read_standing(account, answer)
    except NodeRefused as refusal:
        return Standing(False) if refusal.error == "actNotFound" else None
    except NodeUnavailable:
        return None
    except Senseless as problem:
        node.distrust(str(problem))
        return None


def read_standing(account: str, answer: Mapping[str, Any]) -> Standing | None:
    """Return what an answer to `account_info` says; None where it is not of a validated ledger.

    Raises:
        Senseless: it is about something else, or about nothing.
    """
    if answer.get("validated") is not True:
        return None
    data = answer.get("account_data")
    if not isinstance(data, dict) or data.get("Account") != account:
        raise Senseless("it answers with another account")
    flags, regular = data.get("Flags"), data.get("RegularKey")
    if not isinstance(flags, int) or not isinstance(regular, str | None):
        raise Senseless("no account has such an entry")
    # Where the list stands depends on the version of the API (xrpl.org, account_info).
    lists = answer.get("signer_lists", data.get("signer_lists")) or []
    quorum, weights = _read_list(lists)
    return Standing(True, bool(flags & DISABLE_MASTER), regular, quorum, weights)


def _read_list(lists: Any) -> tuple[int | None, tuple[tuple[str, int], ...]]:
    if not lists:
        return None, ()
    try:
        quorum, weights = lists[0]["SignerQuorum"], dict(_entries(lists[0]["SignerEntries"]))
    except (LookupError, TypeError, AttributeError):
        raise Senseless("no list of signers looks like this") from None
    if type(quorum) is not int or quorum < 1 or not all(type(weight) is int for weight in weights.values()):
        raise Senseless("no list of signers has such weights")
    return quorum, tuple(sorted(weights.items()))


def _entries(listed: Any) -> Iterable[tuple[str, Any]]:
    return ((str(entry["SignerEntry"]["Account"]), entry["SignerEntry"]["SignerWeight"]) for entry in listed)
