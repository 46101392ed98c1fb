"""A shop on Flask: people sign in with their wallet and are asked for a payment; the webhook says who paid.

sealgate dev                                 # in another terminal
set -a; . .sealgate/dev.env; set +a
pip install 'sealgate-client[flask]'
flask --app flask_app run --port 3000        # http://localhost:3000
"""

from flask import Flask, redirect
from werkzeug import Response

from sealgate_client import Sealgate
from sealgate_client.flask import SealgateSignIn, webhook
from sealgate_client.webhooks import Event

sealgate = Sealgate()
sign_in = SealgateSignIn(sealgate)
paid: set[str] = set()


def on_event(event: Event) -> None:
    """Remember who paid. An event may come twice; a set does not mind."""
    if event.type == "payload.signed":
        paid.add(event.data.account)


app = Flask(__name__)
app.register_blueprint(sign_in.blueprint)
app.register_blueprint(webhook(sealgate, on_event))


@app.get("/")
def home() -> str:
    user = sign_in.current_user
    if user is None:
        return '<a href="/auth/sign-in">Sign in with your wallet</a>'
    thanks = "Thank you for the coffee!" if user.account in paid else '<form method="post" action="/coffee"><button>Pay'
    return f"<p>Hello {user.account}</p>{thanks}"


@app.post("/coffee")
@sign_in.required
def coffee() -> Response:
    user = sign_in.current_user
    assert user is not None
    created = sealgate.payloads.create(
        {"TransactionType": "Payment", "Destination": "rPdvC6ccq8hCdPKSPJkPmyZ4Mi1oG2FFkT", "Amount": "1000000"},
        options={"submit": False},
        custom_meta={"instruction": "One coffee"},
        user_token=user.user_token,
    )
    return redirect(created.next.always, 303)
