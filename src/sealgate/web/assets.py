"""Static files: small, read once, kept for a year under an address that changes with their content.

`sealgate/<slice>/static/<file>` is served as `/assets/<slice>/<file>`.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import sealgate
from sealgate.web.answers import Raw
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.errors import PageUnknown
from sealgate.web.routing import Router

PACKAGE = Path(sealgate.__file__).parent

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}

router = Router()


@lru_cache(maxsize=1)
def _files() -> dict[str, tuple[bytes, str, str]]:
    """Return every static file: by `<slice>/<file>` its bytes, its media type and the hash of its content."""
    found = {}
    for path in sorted(PACKAGE.glob("*/static/**/*")):
        media_type = MEDIA_TYPES.get(path.suffix)
        if path.is_file() and media_type is not None:
            slice_name, _, *inner = path.relative_to(PACKAGE).parts
            content = path.read_bytes()
            found["/".join([slice_name, *inner])] = (content, media_type, hashlib.sha256(content).hexdigest()[:12])
    return found


def asset_url(name: str) -> str:
    """Return the address of a static file, such as `web/sealgate.css`.

    Raises:
        KeyError: there is no such file.
    """
    return f"/assets/{name}?v={_files()[name][2]}"


@router.route("GET", "/assets/{slice:text}/{file:text}", caller=Anyone, answers=bytes, listed=False)
async def get_asset(call: Call[Anyone]) -> Raw:
    """A static file; forever where its hash is asked for, else for five minutes."""
    return serve_asset(call, f"{call.path['slice']}/{call.path['file']}")


@router.route("GET", "/favicon.ico", caller=Anyone, answers=bytes, listed=False)
async def get_favicon(call: Call[Anyone]) -> Raw:
    """The icon browsers ask for on their own."""
    return serve_asset(call, "web/favicon.svg")


@router.route("GET", "/robots.txt", caller=Anyone, answers=bytes, listed=False)
async def get_robots(call: Call[Anyone]) -> Raw:
    """Sign requests are nobody's search result."""
    return Raw(b"User-agent: *\nDisallow: /\n", "text/plain; charset=utf-8")


def serve_asset(call: Call[Any], name: str) -> Raw:
    """Answer with a static file `<slice>/<file>`, for a route that gives it an address of its own.

    Raises:
        PageUnknown: there is no such file.
    """
    found = _files().get(name)
    if found is None:
        raise PageUnknown
    content, media_type, digest = found
    etag = f'"{digest}"'
    headers = {
        "etag": etag,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "public, max-age=31536000, immutable"
        if call.query.get("v") == digest
        else "public, max-age=300",
    }
    if media_type == "image/svg+xml":
        headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    if call.headers.get("if-none-match") == etag:
        return Raw(b"", media_type, status=304, headers=headers)
    return Raw(content, media_type, headers=headers)
