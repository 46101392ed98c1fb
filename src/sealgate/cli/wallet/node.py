"""A wallet's ledger node: what to fill in, handing a transaction over, and waiting for its end (wallet-api 10)."""

import asyncio
import time
from typing import Any

import msgspec

from sealgate.base.settings import Settings
from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused
from sealgate.infra.networks import install_networks, nodes_of
from sealgate.infra.nodes import Node, NodeRefused, NodeUnavailable
from sealgate.ledger.networks import SANDBOX, Network

SMALLEST_FEE_DROPS = 12
NO_ANSWER = "telFAILED"
LONGEST_WAIT_S = 90.0
LOOK_EVERY_S = 0.3


class Facts(msgspec.Struct, frozen=True):
    """What the ledger says of an account at this moment.

    Attributes:
        fee: In drops.
        sequence: The account's next one.
        ledger: The ledger that is open now.
    """

    fee: str
    sequence: int
    ledger: int


class Ending(msgspec.Struct, frozen=True):
    """What became of a transaction; `validated` is False when its last ledger passed, None while nobody knows."""

    validated: bool | None
    result: str | None = None
    ledger_index: int | None = None


class LedgerNode:
    """One node of one network, asked from the command line."""

    def __init__(self, url: str, network: Network) -> None:
        self.url = url
        self._network = network

    def facts(self, account: str) -> Facts:
        """Return what is filled in for an account.

        Raises:
            Refused: the node does not answer, or the account is not there.
        """
        fee, account_info, current = self._ask(
            ("fee", {}),
            ("account_info", {"account": account, "ledger_index": "current"}),
            ("ledger_current", {}),
        )
        try:
            drops = max(SMALLEST_FEE_DROPS, int(fee["drops"]["base_fee"]))
            sequence, ledger = account_info["account_data"]["Sequence"], current["ledger_current_index"]
            return Facts(str(drops), int(sequence), int(ledger))
        except (KeyError, TypeError, ValueError):
            raise self._unusable("its answer makes no sense") from None

    def submit(self, blob: str, *, fail_hard: bool) -> str:
        """Hand a transaction over; return the preliminary result, the node's refusal, or `telFAILED` for no answer."""
        try:
            [answer] = self._ask(("submit", {"tx_blob": blob, **({"fail_hard": True} if fail_hard else {})}))
        except Refused:
            return NO_ANSWER
        except NodeRefused as refusal:
            return refusal.error
        result = answer.get("engine_result")
        return result[:64] if isinstance(result, str) and result else NO_ANSWER

    def wait(self, txid: str, last_ledger: int | None) -> Ending:
        """Return what becomes of a transaction, within 90 seconds."""
        until = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < until:
            ending = self._look(txid, last_ledger)
            if ending is not None:
                return ending
            time.sleep(LOOK_EVERY_S)
        return Ending(None)

    def _look(self, txid: str, last_ledger: int | None) -> Ending | None:
        index: Any = None
        try:
            # In this order: a ledger that closes in between must not look like the end.
            [ledger] = self._ask(("ledger", {"ledger_index": "validated"}))
            index = ledger.get("ledger_index")
            [answer] = self._ask(("tx", {"transaction": txid}))
        except Refused:
            return None
        except NodeRefused as refusal:
            is_known = refusal.error == "txnNotFound" and last_ledger is not None and isinstance(index, int)
            return Ending(False) if is_known and index > last_ledger else None
        meta = answer.get("meta")
        if answer.get("validated") is not True or not isinstance(meta, dict):
            return None
        return Ending(True, meta.get("TransactionResult"), answer.get("ledger_index"))

    def _ask(self, *questions: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the answers; Refused where there is none or no such account, NodeRefused where the node says no."""
        try:
            return asyncio.run(self._ask_all(questions))
        except NodeUnavailable as problem:
            raise self._unusable(problem.detail) from None
        except NodeRefused as refusal:
            if refusal.error == "actNotFound":
                raise Refused(
                    message=f"The wallet's account does not exist on {self._network.key}.",
                    hint="Accounts begin with a payment that covers the reserve; on test networks a faucet sends one.",
                ) from None
            raise

    async def _ask_all(self, questions: tuple[tuple[str, dict[str, Any]], ...]) -> list[dict[str, Any]]:
        node = Node(self.url, network_id=self._network.network_id)
        try:
            return [await node.request(command, **params) for command, params in questions]
        finally:
            await node.close()

    def _unusable(self, reason: str) -> Refused:
        return Refused(
            message=f"The ledger node of {self._network.key} gives no answer: {reason}.",
            hint="Nothing was filled in or submitted by it. Try again, or leave the node out of SEALGATE_NODES.",
        )


def know_networks(environment: Environment) -> None:
    """Let this program know the operator's networks, and the sandbox's where one runs."""
    install_networks(_settings(environment))


def node_of(environment: Environment, network: Network) -> LedgerNode | None:
    """Return the node to ask for a network: the sandbox's own, or one that SEALGATE_NODES names; None without one.

    Raises:
        SettingsInvalid: SEALGATE_NODES cannot be understood.
    """
    url = environment.get("SEALGATE_LEDGER_RPC") if network.key == SANDBOX.key else None
    if url is None:
        url = next(iter(nodes_of(_settings(environment)).get(network.key, ())), None)
    return None if url is None else LedgerNode(url, network)


def _settings(environment: Environment) -> Settings:
    nodes = environment.get("SEALGATE_NODES") or ""
    return Settings(
        dev=environment.get("SEALGATE_LEDGER_RPC") is not None,
        networks_file=environment.get("SEALGATE_NETWORKS_FILE") or "",
        nodes=tuple(part.strip() for part in nodes.split(",") if part.strip()),
    )
