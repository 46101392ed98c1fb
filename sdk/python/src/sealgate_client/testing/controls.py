"""Calls to a sandbox with its admin token: the controls below `/__dev`, and the API of operators."""

from __future__ import annotations

from typing import Any

from sealgate_client.errors import SealgateError

TIMEOUT_S = 630.0  # a wallet may be told to think for ten minutes


class ControlRefused(SealgateError):
    """The sandbox refused what the test asked of it, or is not there."""


class Controls:
    """One sandbox.

    Args:
        url: Its address.
        admin_token: SEALGATE_ADMIN_TOKEN of its `dev.env`.
    """

    def __init__(self, url: str, admin_token: str) -> None:
        import httpx

        self.url = url
        # Without TLS there is nothing to verify, and loading the certificates would take longer than most tests.
        self.http = httpx.Client(verify=url.startswith("https:"), timeout=TIMEOUT_S, trust_env=False)
        self._headers = {"authorization": f"Bearer {admin_token}"}

    def dev(self, method: str, path: str = "", body: object = None) -> Any:
        """Call a control and return its answer; ControlRefused where it is refused."""
        return self.call(method, f"/__dev{path}", body)

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Call the API of operators and return its answer; ControlRefused where it is refused."""
        return self.call(method, f"/api/v1/admin{path}", body)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the sandbox and return its answer.

        Raises:
            ControlRefused: it says no, is no sandbox, or does not answer.
        """
        import httpx

        sent = {} if body is None else {"json": body}
        try:
            answer = self.http.request(method, self.url + path, headers=self._headers, **sent)  # type: ignore[arg-type]
        except httpx.HTTPError as problem:
            raise ControlRefused(
                f"No answer from {self.url}: {str(problem) or type(problem).__name__}.",
                code="unreachable",
                hint="Does `sealgate dev` still run?",
            ) from None
        if answer.is_success:
            return answer.json() if answer.content else None
        raise self._refusal(answer.status_code, answer, path)

    def _refusal(self, status: int, answer: Any, path: str) -> ControlRefused:
        if status == 404 and path.startswith("/__dev"):
            return ControlRefused(
                f"{self.url} has no {path}: only `sealgate dev` of this version has these controls.",
                status=status,
                hint="Let SEALGATE_URL name a `sealgate dev`, or leave it out and one is started.",
            )
        try:
            told = answer.json()
        except ValueError:
            told = None
        error = told.get("error") if isinstance(told, dict) else None
        about = error if isinstance(error, dict) else told if isinstance(told, dict) else {}
        return ControlRefused(
            str(about.get("message") or f"The sandbox refused {path}."),
            status=status,
            code=about.get("code"),
            reference=str(about.get("reference") or ""),
            hint=str(about.get("hint") or ""),
            pointer=str(about.get("pointer") or ""),
        )

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
