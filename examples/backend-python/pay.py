"""A back end: learn who the user is, then put a payment before the same person's wallet."""

import os
import time
from typing import Any

import httpx

SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"

platform = httpx.Client(
    base_url=os.environ["SEALGATE_URL"] + "/api/v1/platform",
    headers={"x-api-key": os.environ["SEALGATE_API_KEY"], "x-api-secret": os.environ["SEALGATE_API_SECRET"]},
)


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """Put a sign request before a wallet."""
    answer = platform.post("/payload", json=request)
    answer.raise_for_status()
    return answer.json()


def outcome(uuid: str) -> dict[str, Any]:
    """Wait until a request is signed, rejected or expired. In production a webhook tells you instead."""
    while True:
        answer = platform.get(f"/payload/{uuid}")
        answer.raise_for_status()
        payload = answer.json()
        if payload["meta"]["resolved"] or payload["meta"]["expired"]:
            return payload
        time.sleep(1)


def main() -> None:
    sign_in = ask({"txjson": {"TransactionType": "SignIn"}})
    print("Sign here:", sign_in["next"]["always"], flush=True)

    signed_in = outcome(sign_in["uuid"])
    if not signed_in["meta"]["signed"]:
        raise SystemExit("Nobody signed in.")
    account = signed_in["response"]["account"]
    user_token = signed_in["application"]["issued_user_token"]
    print("Signed in as", account, flush=True)

    # The user token reaches this person's wallet from now on: no QR code any more.
    payment = ask(
        {
            "txjson": {"TransactionType": "Payment", "Destination": SHOP, "Amount": "2500000"},
            "user_token": user_token,
            "options": {"signers": [account]},
            "custom_meta": {"instruction": "Order 1042"},
        }
    )
    print("In the wallet:", payment["uuid"], "pushed" if payment["pushed"] else "not pushed", flush=True)

    paid = outcome(payment["uuid"])
    print("Signed, transaction", paid["response"]["txid"] if paid["meta"]["signed"] else "none: it was declined")


if __name__ == "__main__":
    main()
