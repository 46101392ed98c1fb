"""A shop: people sign in with their wallet and pay in XRP. An order is paid when the ledger says so."""

from dataclasses import dataclass

from flask import Flask, abort, jsonify, request
from sealgate_client import Sealgate
from sealgate_client.flask import SealgateSignIn, webhook
from sealgate_client.webhooks import Event

ACCOUNT = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
PRICE_DROPS = 2_500_000


@dataclass
class Order:
    """One book for one person."""

    account: str
    state: str = "waits for a signature"
    txid: str = ""


def create_shop() -> Flask:
    """Return the shop; where its platform is, the environment says."""
    shop = Flask(__name__)
    sealgate = Sealgate()
    orders: dict[str, Order] = {}
    sign_in = SealgateSignIn(sealgate)

    @shop.get("/")
    @sign_in.required
    def home():
        return jsonify(account=sign_in.current_user.account)

    @shop.post("/orders")
    @sign_in.required
    def order():
        user = sign_in.current_user
        payment = {"TransactionType": "Payment", "Destination": ACCOUNT, "Amount": str(PRICE_DROPS)}
        created = sealgate.payloads.create(
            payment,
            user_token=user.user_token,
            options={"signers": [user.account], "expire": request.json.get("minutes", 15)},
        )
        orders[created.uuid] = Order(user.account)
        return jsonify(order=created.uuid, pushed=created.pushed), 201

    @shop.get("/orders/<uuid>")
    def show(uuid: str):
        if uuid not in orders:
            abort(404)
        return jsonify(orders[uuid])

    def hear(event: Event) -> None:
        order = orders.get(event.payload_uuid or "")
        if order is None:
            return
        if event.type == "payload.validated":
            paid = event.data.result == "tesSUCCESS" and event.data.delivered_amount == str(PRICE_DROPS)
            order.state, order.txid = ("paid" if paid else "failed"), event.data.txid
        elif event.type == "payload.rejected":
            order.state = f"declined: {event.data.reason}"
        elif event.type == "payload.expired":
            order.state = "too late"

    shop.register_blueprint(sign_in.blueprint)
    shop.register_blueprint(webhook(sealgate, hear))
    return shop


if __name__ == "__main__":
    create_shop().run(port=3000)
