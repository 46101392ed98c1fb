"""Calls to a server: JSON in, JSON out, and refusals turned into words with their reference."""

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from sealgate.cli.output import Refused

TIMEOUT_S = 30


class ServerRefused(Refused):
    """The server has answered, and said no.

    Attributes:
        answered: HTTP status.
        word: Its code, as in `docs/errors.md`.
    """

    def __init__(self, answered: int, word: object, **words: Any) -> None:
        super().__init__(**words)
        self.answered = answered
        self.word = word


class Client:
    """A small HTTP client for one server and one set of credentials.

    Args:
        url: Origin of the server.
        headers: Credentials sent with every call.
        auth: Signs each request instead, as the wallet's device key does.
    """

    def __init__(self, url: str, *, headers: Mapping[str, str] | None = None, auth: httpx.Auth | None = None) -> None:
        self.url = url
        # Without TLS there is nothing to verify, and loading the certificates would take longer than the call.
        verify = url.startswith("https:")
        self._client = httpx.Client(
            base_url=url, headers=dict(headers or {}), auth=auth, timeout=TIMEOUT_S, verify=verify
        )

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Make one call and return the decoded answer.

        Raises:
            Refused: the server said no, or did not answer; carries its code, cause, cure and reference.
        """
        content = None if body is None else msgspec.json.encode(body)
        sent = dict(headers or {})
        if content is not None:
            sent["content-type"] = "application/json"
        try:
            answer = self._client.request(method, path, content=content, params=query, headers=sent)
        except httpx.HTTPError as problem:
            raise unreachable(self.url, problem) from None
        return read_answer(answer)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._client.close()

    def stream(self, path: str, *, after: str | None = None) -> Any:
        """Open a server-sent event stream: a context manager that gives the answer before its body is read.

        Args:
            after: Id of the last event that was seen, to go on behind it.
        """
        headers = {"accept": "text/event-stream"} | ({} if after is None else {"last-event-id": after})
        return self._client.stream("GET", path, headers=headers, timeout=httpx.Timeout(TIMEOUT_S, read=60))


def unreachable(url: str, problem: httpx.HTTPError) -> Refused:
    """Return the refusal for a server that does not answer."""
    return Refused(
        message=f"No answer from {url}: {str(problem) or type(problem).__name__}.",
        hint="Check that the server runs (`sealgate dev`) and that SEALGATE_URL names it.",
    )


def read_answer(answer: httpx.Response) -> Any:
    """Return the decoded body of a success.

    Raises:
        Refused: the answer is an error, or is not JSON.
    """
    try:
        body = msgspec.json.decode(answer.content) if answer.content else None
    except msgspec.DecodeError:
        raise Refused(
            message=f"{answer.request.url} answered HTTP {answer.status_code} with something that is not JSON.",
            hint="Is SEALGATE_URL the address of a Sealgate server?",
        ) from None
    if answer.is_success:
        return body
    error = body.get("error") if isinstance(body, dict) else None
    about = error if isinstance(error, dict) else body if isinstance(body, dict) else {}
    raise ServerRefused(
        answer.status_code,
        about.get("code"),
        message=f"{about.get('message') or 'The server refused.'} "
        f"(HTTP {answer.status_code}, code {about.get('code')}, reference {about.get('reference') or '-'})",
        hint=about.get("hint") or "",
        pointer=about.get("pointer"),
    )
