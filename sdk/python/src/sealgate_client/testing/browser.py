"""A browser without a window, for sign-ins: it follows redirects, keeps cookies, reads our pages, sends their forms.

It stays on the platform's pages and stops where an address of the app begins, with what it would have sent there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

MAX_HOPS = 10


@dataclass(frozen=True)
class Callback:
    """What the app is called back with.

    Attributes:
        url: Where the browser goes, parameters and all: give it to your test client.
        form: The fields of a form post; None where it is a redirect.
    """

    url: str
    form: dict[str, str] | None = None

    @property
    def params(self) -> dict[str, str]:
        """The parameters, wherever they travelled: `code` and `state`, or `error`."""
        if self.form is not None:
            return self.form
        parts = urlsplit(self.url)
        return dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(parts.fragment, keep_blank_values=True))

    @property
    def path(self) -> str:
        """Path and query of `url`, for test clients that take no host."""
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class _Page:
    url: str
    status: int
    words: str
    forms: list[_Form]
    sign: dict[str, str] | None
    """The `data-` attributes of a sign page, without their prefix."""


class Browser:
    """One browser of one person.

    Args:
        origin: Of the platform.
    """

    def __init__(self, origin: str) -> None:
        import httpx

        self._origin = origin.rstrip("/")
        self._http = httpx.Client(verify=origin.startswith("https:"), timeout=30, trust_env=False)
        self._cookies: dict[str, str] = {}

    def signs_in(self, url: str, answer: Callable[[str], Any]) -> Callback:
        """Begin at an authorization URL, answer in the wallet, agree to what is asked, and return the app's callback.

        Raises:
            AssertionError: it does not lead back to the app.
        """
        with self._http:
            found = self._goes_to(url)
            if isinstance(found, _Page) and found.sign is not None:
                found = self._answered(found, answer)
            if isinstance(found, _Page) and found.forms and "step" in found.forms[0].fields:
                found = self._submits(found, answer="yes")
            if isinstance(found, _Page) and found.forms and not self._is_ours(self._target(found)):
                found = self._submits(found)
        if isinstance(found, _Page):
            raise AssertionError(f"the sign-in ended at {found.url} (HTTP {found.status}): {found.words[:500]}")
        return found

    def _answered(self, page: _Page, answer: Callable[[str], Any]) -> _Page | Callback:
        assert page.sign is not None
        answer(page.sign["uuid"])
        after = self._goes_to(page.url)
        if not isinstance(after, _Page) or after.sign is None or not after.sign.get("leads-to"):
            raise AssertionError(f"the sign page leads nowhere: {getattr(after, 'words', after)}")
        return self._goes_to(urljoin(page.url, after.sign["leads-to"]))

    def _submits(self, page: _Page, **values: str) -> _Page | Callback:
        return self._goes_to(self._target(page), {**page.forms[0].fields, **values})

    def _target(self, page: _Page) -> str:
        return urljoin(page.url, page.forms[0].action)

    def _goes_to(self, url: str, form: dict[str, str] | None = None) -> _Page | Callback:
        if not self._is_ours(url):
            return Callback(url, form)
        reply = self._sends("POST" if form else "GET", url, form)
        for _ in range(MAX_HOPS):
            if not reply.has_redirect_location:
                return _page(reply)
            url = urljoin(str(reply.url), reply.headers["location"])
            if not self._is_ours(url):
                return Callback(url)
            reply = self._sends("GET", url)
        raise AssertionError(f"more than {MAX_HOPS} redirects, the last to {url}")

    def _sends(self, method: str, url: str, form: dict[str, str] | None = None) -> Any:
        """Send a request with the cookies there are: those for secure transport too, as browsers do for localhost."""
        headers = {"accept": "text/html,application/xhtml+xml"}
        if self._cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        reply = self._http.request(method, url, data=form, headers=headers)
        for line in reply.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self._cookies.pop(name, None)
                if morsel["max-age"] != "0":
                    self._cookies[name] = morsel.value
        return reply

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}" == self._origin


def _page(reply: Any) -> _Page:
    reader = _Reader()
    reader.feed(reply.text)
    return _Page(str(reply.url), reply.status_code, " ".join(reader.words.split()), reader.forms, reader.sign)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.sign: dict[str, str] | None = None
        self.words = ""
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._is_code = tag in ("script", "style")
        if tag == "form":
            self.forms.append(_Form(values.get("action", "")))
        elif tag == "input" and values.get("type") == "hidden" and self.forms:
            self.forms[-1].fields[values["name"]] = values.get("value", "")
        elif values.get("id") == "sign":
            self.sign = {name[5:]: value for name, value in values.items() if name.startswith("data-")}

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.words += f"{data} "
