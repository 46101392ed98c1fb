"""From what a handler returned to the ASGI messages of the answer."""

from typing import Any

from sealgate.web.answers import JSON_HEADERS, Header, Page, Raw, Redirect, encode_headers, encode_json
from sealgate.web.call import Call, Send
from sealgate.web.routing import Route


def encode_answer(call: Call[Any], route: Route, answer: Any) -> tuple[int, bytes, list[Header]]:
    """Return status, body and headers of what a handler returned; `call.status` wins over all others."""
    if isinstance(answer, Raw):
        headers = [(b"content-type", answer.media_type.encode()), *encode_headers(answer.headers)]
        return call.status or answer.status, answer.body, headers
    if isinstance(answer, Page):
        # Jinja is loaded when the first page is asked for: API calls never need it.
        from sealgate.web.pages import page_headers, render

        html = render(answer.template, answer.values, call.context)
        headers = [*page_headers(call.context, answer.csp), *encode_headers(answer.headers)]
        return call.status or answer.status, html, headers
    if isinstance(answer, Redirect):
        headers = encode_headers({"location": answer.location, "cache-control": "no-store", **answer.headers})
        return answer.status, b"", headers
    status = call.status or route.status
    if answer is None and route.answers is None:
        return status, b"", [(b"cache-control", b"no-store")]
    return status, encode_json(answer), list(JSON_HEADERS)


async def send_answer(call: Call[Any], status: int, body: bytes, headers: list[Header], send: Send) -> None:
    """Send an answer with the call's reference; the body is left out where the call was a HEAD."""
    headers.append((b"x-call-ref", call.ref.encode()))
    if status not in {204, 304}:
        headers.append((b"content-length", b"%d" % len(body)))
    if call.close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else body})
