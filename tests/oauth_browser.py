"""A browser without a screen, for sign-ins: it keeps cookies, follows redirects, reads our pages and sends their forms.

It stays on the provider's pages and stops where an app's address begins, with what it would have sent there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any, Protocol
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

MAX_HOPS = 10


class Signer(Protocol):
    """Whoever answers with a wallet."""

    def signs(self, uuid: str, origin: str = "QR") -> Any:
        """Open a request and sign it."""

    def declines(self, uuid: str, origin: str = "QR") -> Any:
        """Open a request and decline it."""


@dataclass
class Form:
    """A form of a page, with the fields that nobody sees."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """A page of the provider.

    Attributes:
        sign: The `data-` attributes of a sign page without their prefix, None on other pages.
    """

    url: str
    status: int
    text: str
    headers: Mapping[str, str]
    forms: list[Form]
    sign: dict[str, str] | None

    @property
    def words(self) -> str:
        """What a person reads, on one line."""
        reader = _Reader()
        reader.feed(self.text)
        return " ".join(reader.words.split())


@dataclass
class Answer:
    """What reaches the app: an address with parameters, and what is posted to it.

    Attributes:
        form: The fields of a form post, None where it is a redirect.
    """

    url: str
    form: dict[str, str] | None = None

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the answer, wherever they travelled; none may come twice."""
        if self.form is not None:
            return self.form
        parts = urlsplit(self.url)
        pairs = parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(parts.fragment, keep_blank_values=True)
        assert len(dict(pairs)) == len(pairs), f"a parameter comes twice: {self.url}"
        return dict(pairs)


class Browser:
    """One browser of one person.

    Args:
        origin: Of the provider: where it stays.
        tls: Whom it trusts; None where the provider speaks plain http.
    """

    def __init__(self, origin: str, *, tls: SSLContext | None = None) -> None:
        self.origin = origin
        # As browsers do for localhost, cookies for secure transport are kept on plain http, too.
        cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("https", "wss", "http")))
        self._client = httpx.Client(cookies=cookies, verify=tls if tls is not None else False, timeout=30)
        self._client.headers["accept"] = "text/html,application/xhtml+xml"

    def close(self) -> None:
        """Close the browser."""
        self._client.close()

    def goes_to(self, url: str, **form: str) -> Page | Answer:
        """Go to an address, or send a form there, and follow what comes of it."""
        if not self._is_here(url):
            return Answer(url, form or None)
        answer = self._client.request("POST", url, data=form) if form else self._client.get(url)
        for _ in range(MAX_HOPS):
            if not answer.has_redirect_location:
                return _page(answer)
            url = urljoin(str(answer.url), answer.headers["location"])
            if not self._is_here(url):
                return Answer(url)
            answer = self._client.get(url)
        raise AssertionError(f"more than {MAX_HOPS} redirects, the last to {url}")

    def sees(self, url: str) -> Page:
        """Go to an address of the provider and return its page."""
        page = self.goes_to(url)
        assert isinstance(page, Page), f"{url} leads away, to {page}"
        return page

    def submits(self, page: Page, **values: str) -> Page | Answer:
        """Send the only form of a page, as a press on a button with these values would."""
        assert len(page.forms) == 1, f"{len(page.forms)} forms on {page.url}: {page.words}"
        form = page.forms[0]
        return self.goes_to(urljoin(page.url, form.action), **form.fields, **values)

    def signs_in(self, url: str, wallet: Signer, *, consent: str = "yes") -> Answer:
        """Begin at an authorization URL, let the wallet sign, and return what the app is given.

        Args:
            consent: The answer to a question of ours, where there is one.
        """
        return self._ends(self.goes_to(url), wallet.signs, consent)

    def is_declined(self, url: str, wallet: Signer) -> Answer:
        """Begin at an authorization URL, let the wallet decline, and return what the app is given."""
        return self._ends(self.goes_to(url), wallet.declines, "yes")

    def approves_device(self, url: str, wallet: Signer) -> Page:
        """Follow `verification_uri_complete`, confirm the code, and let the wallet sign."""
        page = self.submits(self.sees(url), answer="yes")
        assert isinstance(page, Page), page
        done = self._signed(page, wallet.signs)
        assert isinstance(done, Page), done
        return done

    def _ends(self, found: Page | Answer, act: Any, consent: str) -> Answer:
        if isinstance(found, Page) and found.sign is not None:
            found = self._signed(found, act)
        if isinstance(found, Page) and found.forms and "step" in found.forms[0].fields:
            found = self.submits(found, answer=consent)
        if isinstance(found, Page) and found.forms and not self._is_here(urljoin(found.url, found.forms[0].action)):
            found = self.submits(found)
        assert isinstance(found, Answer), f"{found.status} {found.url}: {found.words}"
        return found

    def _signed(self, page: Page, act: Any) -> Page | Answer:
        """Let the wallet act, and go where the sign page then leads, as its script does."""
        assert page.sign is not None, f"{page.status} {page.url}: {page.words}"
        assert page.sign["bound"] == "here", "the sign page does not know the browser that began"
        act(page.sign["uuid"])
        after = self.sees(page.url)
        assert after.sign is not None
        assert after.sign["leads-to"], f"the sign page leads nowhere: {after.words}"
        return self.goes_to(urljoin(page.url, after.sign["leads-to"]))

    def _is_here(self, url: str) -> bool:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}" == self.origin


def _page(answer: httpx.Response) -> Page:
    reader = _Reader()
    reader.feed(answer.text)
    return Page(str(answer.url), answer.status_code, answer.text, answer.headers, reader.forms, reader.sign)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.sign: dict[str, str] | None = None
        self.words = ""
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._is_code = tag in ("script", "style")
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get")))
        elif tag == "input" and values.get("type") == "hidden" and self.forms:
            self.forms[-1].fields[values["name"]] = values.get("value", "")
        elif values.get("id") == "sign":
            self.sign = {
                name.removeprefix("data-"): value for name, value in values.items() if name.startswith("data-")
            }

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.words += f"{data} "
