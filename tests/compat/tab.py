"""A browser tab that signs in: keeps cookies as browsers do on localhost, follows our redirects, not the app's."""

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from tests.compat.stage import Alice


class Tab:
    """One tab with its cookie jar. `requests` sends no Secure cookie to http://localhost; browsers do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self._http = requests.Session()
        self._http.trust_env = False

    def get(self, address: str) -> requests.Response:
        """Load an address without following redirects."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._http.get(
            urljoin(self.url, address),
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

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


def answer_of(address: str) -> dict[str, str]:
    """Return the parameters in the query of an address."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
