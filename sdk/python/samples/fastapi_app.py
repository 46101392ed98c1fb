"""A shop on FastAPI: people sign in with their wallet and are asked for a payment; the webhook says who paid.

sealgate dev                                 # in another terminal
set -a; . .sealgate/dev.env; set +a
pip install 'sealgate-client[fastapi]' uvicorn
uvicorn fastapi_app:app --port 3000          # http://localhost:3000
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

from sealgate_client import AsyncSealgate
from sealgate_client.fastapi import SealgateSignIn, User, webhook
from sealgate_client.webhooks import Event

sealgate = AsyncSealgate()
sign_in = SealgateSignIn(sealgate)
paid: set[str] = set()


@asynccontextmanager
async def life(_: FastAPI) -> AsyncIterator[None]:
    async with sealgate:
        yield


def on_event(event: Event) -> None:
    """Remember who paid. An event may come twice; a set does not mind."""
    if event.type == "payload.signed":
        paid.add(event.data.account)


app = FastAPI(lifespan=life)
app.include_router(sign_in.router)
app.include_router(webhook(sealgate, on_event))


@app.get("/", response_class=HTMLResponse)
async def home(user: Annotated[User | None, Depends(sign_in.optional_user)]) -> str:
    if user is None:
        return '<a href="/auth/sign-in">Sign in with your wallet</a>'
    thanks = "Thank you for the coffee!" if user.account in paid else '<form method="post" action="/coffee"><button>Pay'
    return f"<p>Hello {user.account}</p>{thanks}"


@app.post("/coffee")
async def coffee(user: Annotated[User, Depends(sign_in.user)]) -> RedirectResponse:
    created = await sealgate.payloads.create(
        {"TransactionType": "Payment", "Destination": "rPdvC6ccq8hCdPKSPJkPmyZ4Mi1oG2FFkT", "Amount": "1000000"},
        options={"submit": False},
        custom_meta={"instruction": "One coffee"},
        user_token=user.user_token,
    )
    return RedirectResponse(created.next.always, 303)
