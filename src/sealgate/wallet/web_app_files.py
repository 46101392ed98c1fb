"""The files of the web wallet as a server gives them out: what was built, with the operator's name, colour and logo.

Built by `scripts/setup.sh` from `wallet-web/`, and part of the wheel; not in the repository.
"""

import gzip
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from sealgate.base.settings import Settings
from sealgate.ledger.networks import NETWORKS, Network
from sealgate.wallet.brand import accent_css, icons_of

BUILT = Path(__file__).parent / "web_app"
PAGE = "index.html"
SERVICE_WORKER = "sw.js"
_CONFIG = '<meta name="sealgate" content="{}">'
_TITLE = "<title>Sealgate</title>"
_PACKED = (".js", ".css", ".html", ".svg", ".txt", ".webmanifest", ".json")
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
}


@dataclass(frozen=True)
class File:
    """One file of the app, and the same packed by gzip where that is worth it."""

    content: bytes
    media_type: str
    packed: bytes | None

    @cached_property
    def etag(self) -> str:
        """What tells this content from another."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


class WebAppFiles:
    """All files of the app by their path under `/wallet/`; read and packed when the first of them is asked for."""

    def __init__(self, settings: Settings, folder: Path = BUILT) -> None:
        self._settings = settings
        self._folder = folder
        # A logo that cannot be used is said at the start, not when somebody opens the wallet.
        self._icons = icons_of(Path(settings.wallet_logo)) if settings.web_wallet and settings.wallet_logo else {}

    @property
    def is_built(self) -> bool:
        """Whether there is an app to give out."""
        return PAGE in self._files

    def find(self, path: str) -> File | None:
        """Return a file by its path under `/wallet/`, or None."""
        return self._files.get(path)

    @property
    def page(self) -> File:
        """The page itself.

        Raises:
            KeyError: the app has not been built.
        """
        return self._files[PAGE]

    @cached_property
    def csp(self) -> str:
        """What the page may load, as the Content-Security-Policy has it."""
        return content_security_policy(self._settings, NETWORKS.values())

    @cached_property
    def _files(self) -> Mapping[str, File]:
        found = {
            path.relative_to(self._folder).as_posix(): path.read_bytes()
            for path in sorted(self._folder.rglob("*"))
            if path.is_file() and path.suffix in _MEDIA_TYPES
        }
        if PAGE in found:
            self._brand(found)
        return {name: _file(name, content) for name, content in found.items()}

    def _brand(self, files: dict[str, bytes]) -> None:
        settings = self._settings
        name = settings.wallet_name
        config = html.escape(json.dumps({"name": name, "dev": settings.dev}, ensure_ascii=False))
        page = files[PAGE].decode()
        page = page.replace(_CONFIG, f'<meta name="sealgate" content="{config}">')
        files[PAGE] = page.replace(_TITLE, f"<title>{html.escape(name)}</title>").encode()
        manifest = json.loads(files["manifest.webmanifest"])
        manifest |= {"name": name, "short_name": name}
        files["manifest.webmanifest"] = json.dumps(manifest, ensure_ascii=False).encode()
        if settings.wallet_accent:
            files["brand.css"] = accent_css(settings.wallet_accent).encode()
        files |= {f"icons/{icon}": content for icon, content in self._icons.items()}
        # Browsers fetch the app anew when its worker has changed: so it changes with the brand and the policy, too.
        shown = hashlib.sha256(self.csp.encode())
        for path in (PAGE, "manifest.webmanifest", "brand.css", *(f"icons/{icon}" for icon in sorted(self._icons))):
            shown.update(files[path])
        files[SERVICE_WORKER] += f"\n// {shown.hexdigest()[:16]}\n".encode()


def content_security_policy(settings: Settings, networks: Iterable[Network]) -> str:
    """Return the policy of the page: its own files, this server, the networks' nodes, and frames of xApps."""
    nodes = {_origin(endpoint.url) for network in networks for endpoint in network.endpoints}
    loopback = " http://localhost:* http://127.0.0.1:*" if settings.dev else ""
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        # Apps and xApps choose where their icons are.
        "img-src": f"'self' data: blob: https:{loopback}",
        # Browsers before CSP 3 do not take 'self' for the WebSocket of the same origin.
        "connect-src": " ".join(["'self'", settings.websocket_url, *sorted(nodes)]),
        "frame-src": f"https:{loopback}",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "media-src": "'self' blob:",
        "require-trusted-types-for": "'script'",
        "trusted-types": "sealgate",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _file(name: str, content: bytes) -> File:
    suffix = name[name.rindex(".") :]
    # The same content is the same bytes, on every server.
    packed = gzip.compress(content, 9, mtime=0) if suffix in _PACKED else None
    return File(content, _MEDIA_TYPES[suffix], packed if packed and len(packed) < len(content) else None)
