"""Avatars: a picture for each account, drawn from its address, always the same (platform-api 14, wallet-api 9.1).

Five by five fields, the left half mirrored on the right, in one colour on a pale ground of the same hue. The colour is
dark enough to be told from its ground at three to one (WCAG 1.4.11); it says "another account".
"""

import asyncio
import colorsys
import io
import re
from hashlib import sha256

from sealgate.ledger.addresses import is_classic_address
from sealgate.lookups.errors import AvatarMalformed
from sealgate.web import Anyone, Call, Cors, Raw, Router

FIELDS = 5
USUAL_SIZE, SMALLEST, LARGEST = 200, 51, 999
A_DAY_S = 86_400
LEAST_CONTRAST = 3.5

Colour = tuple[int, int, int]

_NAME = re.compile(r"(r[1-9A-HJ-NP-Za-km-z]{24,34})(?:_([0-9]{2,3}))?(?:_([0-9]{1,3}))?\.png")

router = Router(tags=("lookups",))


@router.get("/avatar/{name:text}", caller=Anyone, answers=bytes, listed=False, cors=Cors())
async def get_avatar(call: Call[Anyone]) -> Raw:
    """A square PNG for an account: 200 pixels, or `_<size>` and `_<padding>` behind the account."""
    account, size, padding = parsed(call.path["name"])
    etag = f'"{sha256(call.path["name"].encode()).hexdigest()[:16]}"'
    headers = {
        "etag": etag,
        "cache-control": f"public, max-age={A_DAY_S}",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    if call.headers.get("if-none-match") == etag:
        return Raw(b"", "image/png", status=304, headers=headers)
    return Raw(await asyncio.to_thread(draw, account, size, padding), "image/png", headers=headers)


def parsed(name: str) -> tuple[str, int, int]:
    """Return account, size and padding of a picture's name.

    Raises:
        AvatarMalformed: it is none.
    """
    found = _NAME.fullmatch(name)
    if found is None or not is_classic_address(found[1]):
        raise AvatarMalformed
    size = int(found[2]) if found[2] else USUAL_SIZE
    padding = int(found[3]) if found[3] else 0
    if not SMALLEST <= size <= LARGEST or padding * 2 > size - FIELDS:
        raise AvatarMalformed
    return found[1], size, padding


def draw(account: str, size: int, padding: int) -> bytes:
    """Return the picture as PNG."""
    from PIL import Image, ImageDraw

    digest = sha256(account.encode()).digest()
    ink, ground = colours(int.from_bytes(digest[:2]) / 65_536)
    image = Image.new("RGB", (size, size), ground)
    pen = ImageDraw.Draw(image)
    room = size - 2 * padding
    edges = [padding + room * number // FIELDS for number in range(FIELDS + 1)]
    for row in range(FIELDS):
        for column in range(FIELDS):
            mirrored = min(column, FIELDS - 1 - column)
            if digest[2 + row * 3 + mirrored] & 1:
                pen.rectangle((edges[column], edges[row], edges[column + 1] - 1, edges[row + 1] - 1), fill=ink)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def colours(hue: float) -> tuple[Colour, Colour]:
    """Return ink and ground of a hue from 0 to 1. Yellow ink is made darker than blue until it shows."""
    ground = _rgb(hue, 0.94, 0.5)
    lightness = 0.45
    while contrast(ink := _rgb(hue, lightness, 0.65), ground) < LEAST_CONTRAST:
        lightness -= 0.02
    return ink, ground


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
