"""QR codes of sign requests: PNG, SVG and the bare matrix. Pure and slow: a few milliseconds of CPU a code.

Callers on the event loop go through `asyncio.to_thread`; the last few hundred codes are remembered.
"""

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import segno

Quality = Literal["m", "q", "h"]
"""Error-correction level: 15, 25 or 30 % of the code may be lost."""

QUALITIES: tuple[Quality, ...] = get_args(Quality)
DEFAULT_QUALITY: Quality = "q"

_PNG_WIDTH_PX: dict[Quality, int] = {"m": 289, "q": 292, "h": 318}
_PNG_MARGIN = 1
_SVG_MARGIN = 2
_REMEMBERED = 256


@lru_cache(_REMEMBERED)
def draw_png(content: str, quality: Quality) -> bytes | None:
    """Return a black and white PNG with a quiet zone of one module, or None where no QR code holds `content`.

    The width is the whole number of pixels a module that comes nearest to 289, 292 or 318 px for m, q and h
    (spec platform-api 18.1), so that every module is equally wide.
    """
    code = _code(content, quality)
    if code is None:
        return None
    modules, _ = code.symbol_size(border=_PNG_MARGIN)
    png = io.BytesIO()
    code.save(png, kind="png", scale=max(1, round(_PNG_WIDTH_PX[quality] / modules)), border=_PNG_MARGIN)
    return png.getvalue()


@lru_cache(_REMEMBERED)
def draw_svg(content: str, quality: Quality = "m") -> str | None:
    """Return an `<svg>` element for use inside HTML, scaled by its viewBox, or None where no QR code fits.

    It carries no inline style, so that a strict content security policy lets it pass; dark and light are
    attributes, because a QR code stays black on white in dark mode too: some scanners read no inverted ones.
    """
    code = _code(content, quality)
    if code is None:
        return None
    svg = code.svg_inline(border=_SVG_MARGIN, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
    return str(svg)


def matrix(content: str, quality: Quality) -> list[list[bool]]:
    """Return the square of modules row by row, True for dark, without a quiet zone; empty where no code fits."""
    code = _code(content, quality)
    return [] if code is None else [[bool(module) for module in row] for row in code.matrix]


@lru_cache(_REMEMBERED)
def _code(content: str, quality: Quality) -> "segno.QRCode | None":
    # Imported with the first code: it would cost the server's start a tenth.
    import segno
    from segno.encoder import DataOverflowError

    # No boosting: a better level than the one asked for would be another code than the other forms show.
    try:
        return segno.make_qr(content, error=quality, boost_error=False)
    except DataOverflowError:
        return None
