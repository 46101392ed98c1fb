"""The back end of an xApp: serves the page, and believes the page's JWT after checking it offline."""

import os
from typing import Any

import httpx
import jwt
from flask import Flask, abort, render_template, request

SEALGATE_URL = os.environ["SEALGATE_URL"]
API_KEY, API_SECRET = os.environ["SEALGATE_API_KEY"], os.environ["SEALGATE_API_SECRET"]
PORT = int(os.environ.get("PORT", "5174"))

app = Flask(__name__, template_folder=".")
platform = httpx.Client(
    base_url=f"{SEALGATE_URL}/api/v1/platform", headers={"x-api-key": API_KEY, "x-api-secret": API_SECRET}
)


def caller() -> dict[str, Any]:
    """Return the claims of whoever calls, without asking anybody: the API secret is the key of the JWT."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        claims = jwt.decode(
            token,
            API_SECRET,
            algorithms=["HS256"],  # never "whatever the token says"
            options={"require": ["exp", "iat", "sub", "client_id"]},
        )
    except jwt.InvalidTokenError as problem:
        abort(401, f"This is no token of ours: {problem}")
    if scheme.lower() != "bearer" or claims["client_id"] != API_KEY:
        abort(401, "This token is for another app.")
    return claims


@app.get("/")
def page() -> str:
    return render_template("index.html", sealgate=SEALGATE_URL, api_key=API_KEY)


@app.get("/receipts/<uuid:payload>")
def receipt(payload: Any) -> dict[str, str]:
    """Confirm a tip, to the person who gave it."""
    account = caller()["sub"]
    found = platform.get(f"/payload/{payload}")
    response = found.json().get("response", {}) if found.is_success else {}
    if response.get("account") != account or not response.get("txid"):
        abort(404, "You gave no such tip.")
    return {"account": account, "txid": response["txid"]}


@app.errorhandler(401)
@app.errorhandler(404)
def refused(problem: Any) -> tuple[dict[str, str], int]:
    return {"error": problem.description}, problem.code


if __name__ == "__main__":
    app.run(port=PORT)
