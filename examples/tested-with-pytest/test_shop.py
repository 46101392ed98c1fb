"""What a customer may come across."""

from decimal import Decimal


def order_of(customer, **how):
    return customer.post("/orders", json=how).json["order"]


def test_nobody_is_let_in_without_signing(shop):
    assert shop.get("/").status_code == 401


def test_a_customer_is_known_by_the_account(customer, wallet):
    assert customer.get("/").json == {"account": wallet.account}


def test_who_declines_to_sign_in_stays_outside(shop, wallet):
    begun = shop.get("/auth/sign-in")

    callback = wallet.refuse_sign_in(begun.location)

    assert callback.params["error"] == "access_denied"
    shop.get(callback.path)
    assert shop.get("/").status_code == 401


def test_an_order_is_paid_when_the_ledger_has_it(customer, wallet, ledger, hears):
    ledger.fund(wallet, xrp=100)

    order = order_of(customer)
    wallet.approve(order)
    hears("payload.validated")

    shown = customer.get(f"/orders/{order}").json
    assert shown["state"] == "paid"
    assert ledger.transaction(shown["txid"])["meta"]["delivered_amount"] == "2500000"
    assert ledger.balance(wallet) < Decimal("97.5")


def test_a_declined_order_says_why(customer, wallet, hears):
    order = order_of(customer)

    wallet.reject(order, reason="too dear")
    hears("payload.rejected")

    assert customer.get(f"/orders/{order}").json["state"] == "declined: too dear"


def test_an_order_that_nobody_opens_is_too_late(customer, clock, hears):
    order = order_of(customer, minutes=5)

    clock.advance(minutes=6)
    hears("payload.expired")

    assert customer.get(f"/orders/{order}").json["state"] == "too late"


def test_nobody_pays_from_another_account(customer, wallet):
    order = order_of(customer)

    answer = wallet.wrong_account(order)

    assert answer.done == "refused"
    assert customer.get(f"/orders/{order}").json["state"] == "waits for a signature"


def test_a_request_finds_its_way_to_the_wallet(customer, wallet):
    order = order_of(customer)

    assert wallet.wait_for_request().uuid == order


def test_a_webhook_that_somebody_made_up_is_refused(shop, webhooks, app, wallet):
    app.sign_in(wallet)
    genuine = webhooks.wait_for("payload.signed")

    made_up = shop.post("/webhooks/sealgate", data=genuine.body + b" ", headers=dict(genuine.headers))

    assert made_up.status_code == 400
