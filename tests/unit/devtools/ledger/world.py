"""A sandbox ledger with people who sign for real: what its tests play with."""

from typing import Any

import pytest

from sealgate.base.clock import ShiftedClock
from sealgate.devtools.ledger.commands import answer
from sealgate.devtools.ledger.engine import Outcome
from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.faucet import GENESIS_SEED
from sealgate.devtools.ledger.node import Asked, Node, Subscription
from sealgate.devtools.ledger.signed import read_signed
from sealgate.ledger.codec import decode, encode
from sealgate.ledger.keys import Algorithm, KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import SignedTransaction, multisign_transaction, sign_transaction
from tests.conftest import NOON

XRP = 1_000_000
PARTIAL = 0x20000


def new_key(algorithm: Algorithm = "ed25519") -> KeyPair:
    """Return a key that no ledger knows yet."""
    return key_pair_from_seed(generate_seed(algorithm))


class World:
    """One node at noon."""

    def __init__(self) -> None:
        self.clock = ShiftedClock(NOON)
        self.node = Node(self.clock)
        self.genesis = key_pair_from_seed(GENESIS_SEED)

    def account(self, xrp: int = 1000, *, algorithm: Algorithm = "ed25519", **settings: Any) -> KeyPair:
        """Return the key of a new account; further arguments are those of an AccountSet."""
        key = new_key(algorithm)
        self.pays(self.genesis, key, str(xrp * XRP))
        if settings:
            self.sends(key, "AccountSet", **settings)
        return key

    def issuer(self, **settings: Any) -> KeyPair:
        """Return an account whose currency its holders can pass on to each other."""
        return self.account(SetFlag=8, **settings)

    def holder(self, issuer: KeyPair, limit: str = "1000", holds: str = "0") -> KeyPair:
        """Return an account with a trust line for USD of the issuer."""
        key = self.account()
        self.sends(key, "TrustSet", LimitAmount=usd(issuer, limit))
        if holds != "0":
            self.pays(issuer, key, usd(issuer, holds))
        return key

    def filled(self, key: KeyPair, kind: str, **fields: Any) -> dict[str, Any]:
        """Return a transaction with what a wallet fills in."""
        root = self.node.chain.state.account(key.address)
        usual = {"Account": key.address, "Fee": "10", "Sequence": root["Sequence"] if root else 1}
        return {"TransactionType": kind, **usual, **fields}

    def sends(
        self, key: KeyPair, kind: str, *, by: KeyPair | None = None, signers: tuple[KeyPair, ...] = (), **fields: Any
    ) -> Outcome:
        """Sign a transaction and hand it in.

        Args:
            by: Who signs instead of the account's own key.
            signers: Several who sign instead.
        """
        tx = self.filled(key, kind, **fields)
        if not signers:
            return self.submits(sign_transaction(tx, by or key))
        tx |= {"Fee": str(10 * (1 + len(signers)))} if "Fee" not in fields else {}
        for signer in signers:
            tx = decode(multisign_transaction(tx, signer).blob)
        return self.node.submit(read_signed(encode(tx)))

    def submits(self, signed: SignedTransaction) -> Outcome:
        """Hand a signed transaction in."""
        return self.node.submit(read_signed(signed.blob))

    def pays(self, key: KeyPair, destination: KeyPair, amount: Any, **fields: Any) -> Outcome:
        """Hand a payment in."""
        return self.sends(key, "Payment", Destination=destination.address, Amount=amount, **fields)

    def root(self, key: KeyPair) -> dict[str, Any]:
        """Return an account's root."""
        root = self.node.chain.state.account(key.address)
        assert root is not None
        return root

    def drops(self, key: KeyPair) -> int:
        """Return what an account has."""
        return int(self.root(key)["Balance"])

    def owns(self, key: KeyPair, kind: str) -> list[dict[str, Any]]:
        """Return an account's objects of a type."""
        return [entry for _, entry in self.node.chain.state.owned_by(key.address) if entry["LedgerEntryType"] == kind]

    def holds(self, key: KeyPair, issuer: KeyPair) -> str:
        """Return how much USD of the issuer an account holds, as `account_lines` says."""
        lines = self.asks("account_lines", account=key.address, peer=issuer.address)["lines"]
        return str(lines[0]["balance"]) if lines else "0"

    def asks(self, command: str, *, subscription: Subscription | None = None, **params: Any) -> dict[str, Any]:
        """Ask the node something."""
        return answer(command, Asked(self.node, params, subscription))

    def is_refused(self, command: str, **params: Any) -> str:
        """Ask what cannot be answered; return the name of the error."""
        with pytest.raises(CommandRefused) as refusal:
            self.asks(command, **params)
        return refusal.value.error


def usd(issuer: KeyPair, value: str) -> dict[str, str]:
    """Return an amount of the issuer's USD."""
    return {"currency": "USD", "issuer": issuer.address, "value": value}
