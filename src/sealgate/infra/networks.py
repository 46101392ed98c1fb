"""The networks of a process: the packaged ones, the operator's file on top, and the sandbox's own under `dev`.

The file is TOML, a table `[networks.KEY]` for each network, with the members of `ledger.networks.Network`. For a
packaged network only what is named is replaced; a new one needs `network_id` at least.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import msgspec

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.ledger.definitions import Definitions, add_definitions, packaged_definitions
from sealgate.ledger.errors import InvalidDefinitions
from sealgate.ledger.networks import (
    NETWORKS,
    PACKAGED,
    SANDBOX,
    Endpoint,
    Explorer,
    Network,
    Reserves,
    know_networks,
)

MOST_NODES = 8
SANDBOX_PATH = "/__dev/ledger"
"""Where a server under `dev` has the node of its own ledger."""
_KEY = re.compile(r"[A-Z][A-Z0-9_-]{1,31}")
_NODE_SCHEMES = ("ws://", "wss://", "http://", "https://")
_WEB_SCHEMES = ("https://", "http://")

_Color = Annotated[str, msgspec.Meta(pattern="^#[0-9a-fA-F]{6}$")]


class _NetworkIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One table of the file."""

    network_id: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)] | None = None
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None = None
    definitions: str | None = None
    native_asset: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9]{3,10}$")] | None = None
    is_live: bool | None = None
    color: _Color | None = None
    endpoints: tuple[str | Endpoint, ...] | None = None
    explorers: tuple[Explorer, ...] | None = None
    rpc: str | None = None
    reserves: Reserves | None = None


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    networks: dict[str, _NetworkIn] = {}


def install_networks(settings: Settings) -> None:
    """Make the networks that the settings describe known to this process.

    Raises:
        SettingsInvalid: the file cannot be used; the message says where it is wrong.
    """
    own = _read_file(Path(settings.networks_file)) if settings.networks_file else []
    if settings.dev:
        node = Endpoint("Sandbox ledger", settings.websocket_url + SANDBOX_PATH)
        own.append(replace(SANDBOX, endpoints=(node,)))
    know_networks(own)


def nodes_of(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Return the nodes that this server asks, by network key, as the setting `nodes` names them (`KEY=url`).

    Raises:
        SettingsInvalid: an entry has another form, or names a network that nobody knows.
    """
    found: dict[str, tuple[str, ...]] = {}
    for entry in settings.nodes:
        key, is_there, url = entry.partition("=")
        key, url = key.strip().upper(), url.strip()
        if not is_there or not url.startswith(_NODE_SCHEMES) or any(one.isspace() for one in url):
            raise SettingsInvalid(
                message=f"The settings are not usable: nodes has {entry[:80]!r}.",
                hint="Write KEY=url, such as MAINNET=wss://xrplcluster.com.",
            )
        if key not in NETWORKS:
            raise SettingsInvalid(
                message=f"The settings are not usable: nodes names the network {key[:32]!r}, which is not known.",
                hint=f"There are {', '.join(NETWORKS)}; networks_file adds others.",
            )
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), url)))
    for key, urls in found.items():
        if len(urls) > MOST_NODES:
            raise SettingsInvalid(message=f"The settings are not usable: {key} has more than {MOST_NODES} nodes.")
    return found


def _read_file(path: Path) -> list[Network]:
    try:
        asked = msgspec.convert(tomllib.loads(path.read_text()), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise _unusable(path, str(problem)) from None
    known = {network.key: network for network in PACKAGED}
    return [_network(path, key, table, known.get(key)) for key, table in asked.networks.items()]


def _network(path: Path, key: str, table: _NetworkIn, before: Network | None) -> Network:
    if not _KEY.fullmatch(key) or key == SANDBOX.key:
        raise _unusable(path, f"{key[:40]!r} is no key for a network: 2 to 32 capital letters and digits")
    given: dict[str, Any] = {name: value for name, value in msgspec.structs.asdict(table).items() if value is not None}
    if "endpoints" in given:
        given["endpoints"] = tuple(
            Endpoint(_host(one), one) if isinstance(one, str) else one for one in given["endpoints"]
        )
    _check_urls(path, key, given)
    if "definitions" in given:
        given["definitions"] = _definitions(path, key, given["definitions"])
    base = (
        {name: getattr(before, name) for name in Network.__dataclass_fields__}
        if before is not None
        else {"definitions": "xrpl", "native_asset": "XRP", "is_live": False}
    )
    if before is None and "network_id" not in given:
        raise _unusable(path, f"{key} has no network_id")
    return Network(**(base | given | {"key": key}))


def _check_urls(path: Path, key: str, given: Mapping[str, Any]) -> None:
    nodes = [one.url for one in given.get("endpoints", ())] + ([given["rpc"]] if "rpc" in given else [])
    pages = [
        url
        for one in given.get("explorers", ())
        for url in (one.url_tx, one.url_account, one.url_ctid)
        if url is not None
    ]
    for url, schemes in (*((url, _NODE_SCHEMES) for url in nodes), *((url, _WEB_SCHEMES) for url in pages)):
        if not url.startswith(schemes):
            raise _unusable(path, f"{key} has the address {url[:80]!r}")


def _definitions(path: Path, key: str, named: str) -> str:
    """Return the name under which the definitions can be loaded: a packaged one's, or that of the file named."""
    if named in packaged_definitions():
        return named
    file = path.parent / named
    try:
        add_definitions(str(file), Definitions.from_json(json.loads(file.read_bytes())))
    except (OSError, ValueError, InvalidDefinitions) as problem:
        raise _unusable(path, f"the definitions of {key} cannot be read: {problem}") from None
    return str(file)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or url


def _unusable(path: Path, reason: str) -> SettingsInvalid:
    return SettingsInvalid(message=f"The networks file {path} is not usable: {reason}.")
