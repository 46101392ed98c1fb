"""Networks as wallets and SDKs know them (platform-api 11, wallet-api 9.3)."""

import io
from base64 import b64encode
from functools import lru_cache
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from sealgate.ledger.networks import NETWORKS, Network
from sealgate.tokens.user_routes import CORS, FAMILIES
from sealgate.web import Anyone, Call, Router

ICON_PIXELS = 64

router = Router(tags=("lookups",))


class EndpointOut(Struct, frozen=True):
    """A node that wallets may use."""

    name: str
    url: str


class ExplorerOut(Struct, frozen=True):
    """A ledger explorer; what is looked up is appended to each address."""

    name: str
    url_tx: str
    url_account: str | UnsetType = UNSET
    url_ctid: str | UnsetType = UNSET


class IconsOut(Struct, frozen=True):
    """Pictures as `data:` URLs."""

    icon_square: str
    icon_asset: str


class ReservesOut(Struct, frozen=True):
    """What an account must keep, and for each object it owns, in the native asset."""

    account: float
    object: float


class Rail(Struct, frozen=True, kw_only=True):
    """One network."""

    chain_id: int
    color: str
    name: str
    is_livenet: bool
    native_asset: str
    endpoints: list[EndpointOut]
    explorers: list[ExplorerOut]
    rpc: str | UnsetType = UNSET
    definitions: str | UnsetType = UNSET
    reserves: ReservesOut | UnsetType = UNSET
    icons: IconsOut


async def get_rails(call: Call[Anyone]) -> dict[str, Rail]:
    """List the networks this server knows, by their key; no credential is needed."""
    return {network.key: rail_of(network) for network in NETWORKS.values()}


for _family in ("/api/v1/platform", "/api/v1/app", *FAMILIES):
    router.get(
        f"{_family}/rails",
        caller=Anyone,
        answers=dict[str, Rail],
        cors=CORS,
        limit="accounts",
        listed=_family == "/api/v1/platform",
    )(get_rails)


def rail_of(network: Network) -> Rail:
    """Return a network in the form of platform-api 11."""
    reserves = network.reserves
    return Rail(
        chain_id=network.network_id,
        color=network.color,
        name=network.title,
        is_livenet=network.is_live,
        native_asset=network.native_asset,
        endpoints=[EndpointOut(one.name, one.url) for one in network.endpoints],
        explorers=[
            ExplorerOut(one.name, one.url_tx, one.url_account or UNSET, one.url_ctid or UNSET)
            for one in network.explorers
        ],
        rpc=network.rpc or UNSET,
        # The XRP Ledger's own definitions are what wallets have built in.
        definitions="default" if network.definitions == "xrpl" else network.rpc or UNSET,
        reserves=ReservesOut(reserves.account, reserves.object) if reserves else UNSET,
        icons=IconsOut(_icon(network.color, rounded=False), _icon(network.color, rounded=True)),
    )


@lru_cache(maxsize=64)
def _icon(color: str, *, rounded: bool) -> str:
    from PIL import Image, ImageDraw

    image: Any = Image.new("RGBA", (ICON_PIXELS, ICON_PIXELS), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    edge = (0, 0, ICON_PIXELS - 1, ICON_PIXELS - 1)
    if rounded:
        pen.ellipse(edge, fill=color)
    else:
        pen.rectangle(edge, fill=color)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()
