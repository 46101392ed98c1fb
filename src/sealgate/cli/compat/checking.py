"""Makes the calls of published clients, one after the other, and compares what comes with what they read."""

import json
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from sealgate.cli.compat.shapes import UUID, Misfit, misfits
from sealgate.cli.compat.traffic import NOBODY, ORIGIN, READING, WRITING, Call

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 20
MAX_ANSWER_BYTES = 4 << 20
USER_AGENT = "sealgate-compat-check"
SOCKET_LIMIT_S = 10
_UNAVAILABLE = 503


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What is checked, and with which app.

    Attributes:
        oauth_url: Where people sign in, which may be another host.
        api_secret: Empty where only what needs none is checked.
    """

    url: str
    oauth_url: str
    api_key: str = ""
    api_secret: str = ""

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r})"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call.

    Attributes:
        state: `fits`, `differs`, `lacking` (the endpoint has nothing to answer with, and says so) or `skipped`.
        status: HTTP status; None where no answer came.
        misfits: Where it differs.
        why: Of what is lacking or was skipped.
    """

    name: str
    method: str
    path: str
    clients: tuple[str, ...]
    state: str
    status: int | None = None
    misfits: list[Misfit] = []
    why: str = ""


def check(endpoint: Endpoint, *, write: bool) -> Iterator[Finding]:
    """Yield a finding for every call.

    Args:
        write: Make one sign request too, look at it, and cancel it; without it nothing is made.
    """
    import httpx

    values = {"key": endpoint.api_key or NOBODY, "mark": f"compat-{secrets.token_hex(8)}", "uuid": ""}
    verify = any(url.startswith("https:") for url in (endpoint.url, endpoint.oauth_url))
    with httpx.Client(timeout=TIMEOUT_S, verify=verify, headers={"user-agent": USER_AGENT}) as client:
        for call in (*READING, *(WRITING if write else ())):
            if why := _reason_to_skip(call, endpoint, values):
                yield Finding(
                    name=call.name, method=call.method, path=call.path, clients=call.clients, state="skipped", why=why
                )
                continue
            finding, body = _made(client, endpoint, call, values)
            yield finding
            if call.name == "create" and isinstance(body, dict) and UUID.fullmatch(str(body.get("uuid"))):
                values["uuid"] = body["uuid"]
                yield _socket(body)


def _reason_to_skip(call: Call, endpoint: Endpoint, values: dict[str, str]) -> str:
    if not endpoint.api_key and (
        call.credentials in ("app", "wrong") or "{key}" in f"{call.path}{call.form}{call.sends}"
    ):
        return "needs an API key"
    if not endpoint.api_secret and call.credentials == "app":
        return "needs an API secret"
    if "{uuid}" in call.path and not values["uuid"]:
        return "needs a request, and none was made"
    return ""


def _made(client: "httpx.Client", endpoint: Endpoint, call: Call, values: dict[str, str]) -> tuple[Finding, Any]:
    import httpx

    path = _filled(call.path, values)
    host = endpoint.oauth_url if call.oauth else endpoint.url
    try:
        answer = client.request(
            call.method, host + path, headers=_headers(call, endpoint), content=_content(call, values),
            data=_filled(call.form, values),
            auth=(endpoint.api_key, endpoint.api_secret) if call.basic else None,
        )  # fmt: skip
    except httpx.HTTPError as problem:
        gone = Misfit("connection", str(problem) or type(problem).__name__, "an answer", call.clients)
        return _finding(call, None, [gone]), None
    body = _read(answer) if call.needs is not None else None
    if call.may_lack and answer.status_code == _UNAVAILABLE:
        return _finding(call, answer.status_code, [], why="answers 503: it has none"), None
    return _finding(call, answer.status_code, list(_compared(call, answer, body))), body


def _compared(call: Call, answer: "httpx.Response", body: Any) -> Iterator[Misfit]:
    status, wanted = answer.status_code, call.status
    if not (status in wanted if wanted else 200 <= status < 300):
        # A redirect loses the body of a POST, and none of the clients follows one.
        yield Misfit("status", str(status), " or ".join(map(str, wanted)) or "2xx", call.clients)
        return
    for name, value in call.headers:
        sent = answer.headers.get(name)
        if sent is None or (value and sent != value):
            yield Misfit(f"header {name}", "missing" if sent is None else sent[:60], value or "there", call.clients)
    kind = answer.headers.get("content-type", "")
    if call.content and not kind.startswith(call.content):
        yield Misfit("header content-type", kind[:60] or "missing", call.content, call.clients)
    if call.needs is None:
        return
    if body is None:
        yield Misfit("body", "no JSON", "JSON", call.clients)
        return
    yield from misfits(body, call.needs, call.clients)


def _headers(call: Call, endpoint: Endpoint) -> dict[str, str]:
    headers = {"accept": "application/json"} if call.needs is not None else {}
    if call.credentials == "app" and not call.basic:
        headers |= {"x-api-key": endpoint.api_key, "x-api-secret": endpoint.api_secret}
    elif call.credentials == "wrong":
        headers |= {"x-api-key": endpoint.api_key, "x-api-secret": NOBODY}
    elif call.credentials == "bearer":
        headers["authorization"] = "Bearer none.none.none"
    if call.headers or call.preflight:
        headers["origin"] = ORIGIN
    if call.preflight:
        headers["access-control-request-method"] = "POST" if call.path.endswith("payload") else "GET"
        headers["access-control-request-headers"] = "authorization,content-type"
    # The client for JavaScript names this type on every call, with or without a body.
    if call.form is None and not call.preflight:
        headers["content-type"] = "application/json"
    return headers


def _content(call: Call, values: dict[str, str]) -> bytes | None:
    return None if call.sends is None else msgspec.json.encode(_filled(call.sends, values))


def _filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {name: _filled(one, values) for name, one in value.items()}
    return [_filled(one, values) for one in value] if isinstance(value, list) else value


def _read(answer: "httpx.Response") -> Any:
    if len(answer.content) > MAX_ANSWER_BYTES:
        return None
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None


def _finding(call: Call, status: int | None, problems: list[Misfit], *, why: str = "") -> Finding:
    return Finding(
        name=call.name,
        method=call.method,
        path=call.path.partition("?")[0],
        clients=call.clients,
        state="differs" if problems else "lacking" if why else "fits",
        status=status,
        misfits=problems,
        why=why,
    )


def _socket(created: dict[str, Any]) -> Finding:
    """Open the status socket of the request, as clients do, and read its welcome (platform-api 20.1)."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    clients = ("ts", "py", "net", "php", "go")
    address = str((created.get("refs") or {}).get("websocket_status"))
    found: list[Misfit] = []
    try:
        with connect(address, open_timeout=SOCKET_LIMIT_S, proxy=None) as socket:
            welcome = json.loads(socket.recv(timeout=SOCKET_LIMIT_S))
            if not isinstance(welcome, dict) or not isinstance(welcome.get("message"), str):
                found.append(Misfit("first message", str(welcome)[:60], "an object with a message", clients))
    except (OSError, WebSocketException, ValueError) as problem:
        found.append(Misfit("socket", str(problem)[:120] or type(problem).__name__, "a welcome", clients))
    return Finding(
        name="status socket", method="WS", path="/sign/{uuid}", clients=clients, state="differs" if found else "fits",
        misfits=found,
    )  # fmt: skip
