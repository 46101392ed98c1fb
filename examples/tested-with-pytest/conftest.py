"""The shop, and a browser that is signed in to it."""

import pytest
from shop import create_shop


@pytest.fixture
def shop(app):
    """The shop's test client; `app` is the shop as the platform knows it."""
    app.update(redirect_uris=["http://localhost/auth/callback"])
    return create_shop().test_client()


@pytest.fixture
def customer(shop, wallet):
    """The same, once the wallet's owner has signed in."""
    begun = shop.get("/auth/sign-in")
    callback = wallet.sign_in(begun.location)
    shop.get(callback.path)
    return shop


@pytest.fixture
def hears(shop, webhooks):
    """Hand the shop the next webhook of a kind, as it came."""

    def hand_over(kind: str) -> None:
        delivery = webhooks.wait_for(kind)
        assert shop.post("/webhooks/sealgate", data=delivery.body, headers=dict(delivery.headers)).status_code == 204

    return hand_over
