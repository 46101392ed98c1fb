"""A program on somebody's own computer: out by the browser, back over loopback, PKCE and no secret (RFC 8252)."""

import base64
import hashlib
import os
import secrets
import webbrowser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import jwt

ISSUER = os.environ["SEALGATE_URL"]
CLIENT_ID = os.environ["SEALGATE_API_KEY"]

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 26rem; padding: 0 1rem }}</style>
</head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"""


class Door(ThreadingHTTPServer):
    """Listens on this computer alone, on a port that is free, for the browser to come back.

    Args:
        state: What the answer must carry: other visitors are strangers.
    """

    timeout = 0.5
    answer: dict[str, str] | None = None

    def __init__(self, state: str) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.state = state
        self.redirect_uri = f"http://127.0.0.1:{self.server_port}/callback"

    def wait(self) -> dict[str, str]:
        """Return the parameters that the browser brings."""
        while self.answer is None:
            self.handle_request()
        self.server_close()
        return self.answer


class _Visit(BaseHTTPRequestHandler):
    server: Door

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        answer = dict(parse_qsl(url.query))
        if url.path != "/callback" or not secrets.compare_digest(answer.get("state", ""), self.server.state):
            return self.send_error(404)
        title = "You are signed in" if "code" in answer else "You are not signed in"
        page = PAGE.format(title=title, text="You can close this window and go back to the program.")
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())
        self.server.answer = answer
        return None

    def log_message(self, *_: object) -> None:
        """The address holds the code: it is no text for a log."""


def sign_in(http: httpx.Client, provider: dict[str, str]) -> dict[str, str]:
    """Send the person through the browser and return the tokens."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    door = Door(state)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    request = {
        "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": door.redirect_uri, "scope": "openid",
        "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    address = f"{provider['authorization_endpoint']}?{urlencode(request)}"
    print("Open", address, flush=True)
    webbrowser.open(address)

    answer = door.wait()
    if answer.get("iss") != provider["issuer"]:
        raise SystemExit("Another provider answered.")
    if "code" not in answer:
        raise SystemExit(f"Not signed in: {answer.get('error_description', answer.get('error'))}")
    form = {
        "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": door.redirect_uri,
        "client_id": CLIENT_ID, "code_verifier": verifier,
    }  # fmt: skip
    tokens = http.post(provider["token_endpoint"], data=form).raise_for_status().json()
    check_id_token(tokens["id_token"], provider, nonce)
    return tokens


def check_id_token(id_token: str, provider: dict[str, str], nonce: str) -> None:
    """Check whose statement it is, that it is for this program, and that it answers this very request."""
    key = jwt.PyJWKClient(provider["jwks_uri"]).get_signing_key_from_jwt(id_token)
    claims = jwt.decode(id_token, key, algorithms=["RS256"], audience=CLIENT_ID, issuer=provider["issuer"])
    if claims["nonce"] != nonce:
        raise SystemExit("This ID token belongs to another sign-in.")
    print("The ID token is genuine: it says", claims["sub"])


def main() -> None:
    with httpx.Client(timeout=30) as http:
        provider = http.get(f"{ISSUER}/.well-known/openid-configuration").raise_for_status().json()
        tokens = sign_in(http, provider)
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        told = http.get(f"{ISSUER}/api/v1/jwt/ping", headers=bearer).raise_for_status().json()
        print("The API knows the caller as", told["sub"], "of", told["app_name"])


if __name__ == "__main__":
    main()
