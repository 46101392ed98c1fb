"""A browser tab that signs in: keeps cookies as browsers do on localhost, follows our redirects, not the app's."""

import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from tests.compat.stage import Alice

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Tab:
    """One tab with its cookie jar. `requests` sends no Secure cookie to http://localhost; browsers do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self._http = requests.Session()
        self._http.trust_env = False

    def get(self, address: str, form: dict[str, str] | None = None) -> requests.Response:
        """Load an address, or send it a form, without following redirects."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._http.request(
            "GET" if form is None else "POST",
            urljoin(self.url, address),
            data=form,
            headers={"accept": "text/html", "cookie": cookie} if cookie else {"accept": "text/html"},
            allow_redirects=False,
            timeout=10,
        )
        if "set-cookie" in answer.headers:
            for name, morsel in SimpleCookie(answer.headers["set-cookie"]).items():
                self.cookies[name] = morsel.value
        return answer

    def sign_in(self, address: str, alice: "Alice", *, declines: bool = False) -> str:
        """Go through a sign-in and return the address the app is called back at.

        Alice scans the code with her phone, so this tab waits and goes on by itself.
        """
        begun = self.get(address)
        assert begun.status_code == 303, begun.text
        uuid = urlsplit(begun.headers["location"]).path.rpartition("/sign/")[2]
        if declines:
            alice.declines(uuid)
        else:
            alice.signs(uuid)
        done = self.get(f"/signin?txn={uuid}")
        assert done.status_code == 303, done.text
        return str(done.headers["location"])

    def approve_device(self, address: str, alice: "Alice") -> None:
        """Say on the page of a device that it is one's own, and let alice sign for it."""
        page = self.get(address)
        asked = self.get("/device", {**dict(_HIDDEN.findall(page.text)), "answer": "yes"})
        assert asked.status_code == 303, asked.text
        uuid = urlsplit(asked.headers["location"]).path.rpartition("/sign/")[2]
        alice.signs(uuid)
        assert self.get(f"/signin?txn={uuid}").status_code == 200

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


def answer_of(address: str) -> dict[str, str]:
    """Return the parameters in the query of an address."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
