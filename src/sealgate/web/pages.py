"""Pages: Jinja templates of every slice, with the headers that keep them safe."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sealgate
from sealgate.web.answers import Header, encode_headers
from sealgate.web.assets import asset_url

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from sealgate.web.context import Context

PACKAGE = Path(sealgate.__file__).parent

STRICT_CSP: Mapping[str, str] = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def render(template: str, values: Mapping[str, Any], context: "Context") -> bytes:
    """Return the HTML of a template `<slice>/<file>`, which lies in `sealgate/<slice>/templates/`."""
    settings = context.settings
    return (
        _environment()
        .get_template(template)
        .render(public_url=settings.public_url, dev=settings.dev, **values)
        .encode()
    )


def page_headers(context: "Context", csp: Mapping[str, str] | None = None) -> list[Header]:
    """Return the headers of a page: never stored, never framed, nothing from strangers, no address handed on."""
    # Browsers before CSP 3 do not take 'self' for the WebSocket of the same origin.
    directives = {**STRICT_CSP, "connect-src": f"'self' {context.settings.websocket_url}", **(csp or {})}
    return encode_headers(
        {
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            "content-security-policy": "; ".join(f"{name} {value}" for name, value in directives.items()),
            "x-content-type-options": "nosniff",
            # For browsers before CSP 2; the others go by frame-ancestors (RFC 9700, 4.16).
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(self), geolocation=(), microphone=()",
        }
    )


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["asset"] = asset_url
    environment.filters["prose"] = _prose
    return environment


def _prose(text: str) -> "Markup":
    """Return text with `code` between backticks marked as such."""
    from markupsafe import Markup

    parts = Markup.escape(text).split("`")
    # Of an odd number of backticks the last one is only itself.
    pairs_end = len(parts) - 1 + len(parts) % 2
    return Markup("").join(
        part if index % 2 == 0 else Markup("<code>{}</code>").format(part) if index < pairs_end else Markup("`") + part
        for index, part in enumerate(parts)
    )


def _load(name: str) -> tuple[str, str, Any] | None:
    slice_name, _, file = name.partition("/")
    path = PACKAGE / slice_name / "templates" / file
    if not path.is_file():
        return None
    return path.read_text("utf-8"), str(path), lambda: True
