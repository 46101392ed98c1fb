"""The published `xrpl-py`, unmodified, against the sandbox ledger: over JSON-RPC and over a WebSocket."""

import asyncio
from typing import Any

import httpx
import pytest
from xrpl.asyncio.clients import AsyncWebsocketClient
from xrpl.asyncio.transaction import submit_and_wait as submit_and_wait_async
from xrpl.clients import JsonRpcClient
from xrpl.models import (
    AccountInfo,
    AccountLines,
    AccountObjects,
    AccountSet,
    AccountSetAsfFlag,
    IssuedCurrencyAmount,
    OfferCreate,
    Payment,
    PaymentFlag,
    ServerInfo,
    SetRegularKey,
    SignerEntry,
    SignerListSet,
    Subscribe,
    TicketCreate,
    Transaction,
    TrustSet,
)
from xrpl.models.requests import StreamParameter, SubmitMultisigned
from xrpl.transaction import (
    XRPLReliableSubmissionException,
    autofill,
    multisign,
    sign,
    sign_and_submit,
    submit_and_wait,
)
from xrpl.wallet import Wallet, generate_faucet_wallet

LONG_S = 15
XRP = 1_000_000


class People:
    """Wallets of the library, and what they do."""

    def __init__(self, rpc_url: str) -> None:
        self.client = JsonRpcClient(rpc_url)
        self.rpc_url = rpc_url

    def funded(self) -> Wallet:
        """Return a wallet that the faucet has paid; the library's own helper waits for seconds."""
        wallet = Wallet.create()
        answer = httpx.post(f"{self.rpc_url}/faucet", json={"destination": wallet.address}, timeout=LONG_S)
        assert answer.status_code == 200
        return wallet

    def sends(self, transaction: Transaction, wallet: Wallet) -> dict[str, Any]:
        """Fill in, sign, submit, and wait until it is validated."""
        return submit_and_wait(transaction, self.client, wallet).result

    def prepares(self, transaction: Transaction, wallet: Wallet) -> None:
        """Fill in, sign and submit, without the second that the library waits for validation: here it has happened."""
        answer = sign_and_submit(transaction, self.client, wallet).result
        assert answer["engine_result"] == "tesSUCCESS", answer

    def root(self, wallet: Wallet) -> dict[str, Any]:
        """Return an account's root."""
        return self.client.request(AccountInfo(account=wallet.address, ledger_index="validated")).result["account_data"]


@pytest.fixture(scope="module")
def people(stage) -> People:
    return People(stage.platform.env["SEALGATE_LEDGER_RPC"])


def test_the_librarys_own_faucet_helper_works(people):
    wallet = generate_faucet_wallet(people.client, faucet_host=f"{people.rpc_url}/faucet")

    assert int(people.root(wallet)["Balance"]) == 1000 * XRP


def test_fills_in_what_a_transaction_needs(people):
    alice = people.funded()

    filled = autofill(Payment(account=alice.address, destination=Wallet.create().address, amount="1"), people.client)

    assert filled.sequence == people.root(alice)["Sequence"]
    assert (filled.fee, filled.network_id) == ("10", None)
    assert people.client.request(ServerInfo()).result["info"]["sandbox"] is True


def test_pays_xrp_to_a_new_account(people):
    alice, bob = people.funded(), Wallet.create()

    paid = people.sends(Payment(account=alice.address, destination=bob.address, amount=str(20 * XRP)), alice)

    assert (paid["validated"], paid["meta"]["delivered_amount"]) == (True, str(20 * XRP))
    assert people.root(bob)["Balance"] == str(20 * XRP)


def test_passes_issued_amounts_on_whole_and_in_part(people):
    issuer, alice, bob = people.funded(), people.funded(), people.funded()

    def usd(value: str) -> IssuedCurrencyAmount:
        return IssuedCurrencyAmount(currency="USD", issuer=issuer.address, value=value)

    people.prepares(AccountSet(account=issuer.address, set_flag=AccountSetAsfFlag.ASF_DEFAULT_RIPPLE), issuer)
    for holder in (alice, bob):
        people.prepares(TrustSet(account=holder.address, limit_amount=usd("1000")), holder)
    people.prepares(Payment(account=issuer.address, destination=alice.address, amount=usd("12.5")), issuer)

    part = Payment(
        account=alice.address,
        destination=bob.address,
        amount=usd("100"),
        send_max=usd("100"),
        flags=PaymentFlag.TF_PARTIAL_PAYMENT,
    )
    paid = people.sends(part, alice)

    assert paid["meta"]["delivered_amount"]["value"] == "12.5"
    assert paid["tx_json"]["DeliverMax"]["value"] == "100"
    lines = people.client.request(AccountLines(account=bob.address)).result["lines"]
    assert [(line["account"], line["balance"]) for line in lines] == [(issuer.address, "12.5")]


def test_signs_with_a_regular_key(people):
    alice, regular = people.funded(), Wallet.create()
    people.prepares(SetRegularKey(account=alice.address, regular_key=regular.address), alice)

    done = people.sends(AccountSet(account=alice.address), regular)

    assert done["meta"]["TransactionResult"] == "tesSUCCESS"


def test_signs_with_several_keys(people):
    alice, signers = people.funded(), [Wallet.create(), Wallet.create()]
    entries = [SignerEntry(account=signer.address, signer_weight=1) for signer in signers]
    people.prepares(SignerListSet(account=alice.address, signer_quorum=2, signer_entries=entries), alice)
    tx = autofill(AccountSet(account=alice.address), people.client, len(signers))

    signed = multisign(tx, [sign(tx, signer, multisign=True) for signer in signers])
    done = people.client.request(SubmitMultisigned(tx_json=signed)).result

    assert done["engine_result"] == "tesSUCCESS"
    assert done["tx_json"]["hash"] == signed.get_hash()


def test_spends_a_ticket(people):
    alice = people.funded()
    people.prepares(TicketCreate(account=alice.address, ticket_count=1), alice)
    found = people.client.request(AccountObjects(account=alice.address)).result["account_objects"]

    done = people.sends(
        AccountSet(account=alice.address, sequence=0, ticket_sequence=found[0]["TicketSequence"]), alice
    )

    assert done["tx_json"]["TicketSequence"] == found[0]["TicketSequence"]


def test_is_told_by_name_what_the_sandbox_ledger_cannot_do(people):
    alice = people.funded()
    offer = OfferCreate(
        account=alice.address,
        taker_gets="1",
        taker_pays=IssuedCurrencyAmount(currency="USD", issuer=Wallet.create().address, value="1"),
    )

    with pytest.raises(XRPLReliableSubmissionException, match=r"temDISABLED: .* OfferCreate"):
        people.sends(offer, alice)


@pytest.mark.anyio
async def test_hears_of_ledgers_and_transactions(people, stage):
    alice, bob = people.funded(), Wallet.create()
    async with AsyncWebsocketClient(stage.platform.env["SEALGATE_LEDGER_WS"]) as client:
        await client.request(Subscribe(streams=[StreamParameter.LEDGER], accounts=[alice.address]))
        paid = await submit_and_wait_async(
            Payment(account=alice.address, destination=bob.address, amount=str(20 * XRP)), client, alice
        )

        kinds = set()
        async with asyncio.timeout(LONG_S):
            async for message in client:
                kinds.add(message.get("type"))
                if message.get("type") == "transaction":
                    assert message["hash"] == paid.result["hash"]
                if {"ledgerClosed", "transaction"} <= kinds:
                    break
