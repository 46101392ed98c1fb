"""How the web wallet looks for an operator: colours that can be read, icons of every size. Pure."""

from io import BytesIO
from pathlib import Path
from typing import Any

from sealgate.base.settings import SettingsInvalid

Rgb = tuple[float, float, float]

# Contrast of text (WCAG 2.2, 1.4.3), and what the accent stands on in either scheme (web/static/sealgate.css).
LEAST_CONTRAST = 4.5
LIGHT_GROUNDS = ("#ffffff", "#eaeff5")
DARK_GROUNDS = ("#171f29", "#202b38")
INKS = ("#ffffff", "#0b1a33")
LEAST_LOGO_PX = 192
MOST_LOGO_BYTES = 4 * 1024 * 1024
# Of a maskable icon a launcher shows at least the inner 80 % (W3C Manifest, "Icon masks and safe zone").
SAFE_ZONE = 0.7


def accent_css(accent: str) -> str:
    """Return the style sheet that gives the wallet its accent colour, `#rrggbb`.

    Where the colour is too light for a white page, or too dark for a dark one, it is moved until it can be read.
    """
    light = _legible(accent, LIGHT_GROUNDS, towards="#000000")
    dark = _legible(accent, DARK_GROUNDS, towards="#ffffff")
    # More specific than the defaults, which come after it.
    return (
        f"html:root{{--accent:{light};--on-accent:{_ink_on(light)}}}"
        f"@media (prefers-color-scheme:dark){{html:root{{--accent:{dark};--on-accent:{_ink_on(dark)}}}}}"
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def icons_of(logo: Path) -> dict[str, bytes]:
    """Return the wallet's icons by their name under `icons/`, drawn from the operator's picture.

    Raises:
        SettingsInvalid: the file cannot be read, is no PNG, JPEG or WebP, or is too small or too large.
    """
    from PIL import Image, ImageOps

    try:
        raw = logo.read_bytes()
        if len(raw) > MOST_LOGO_BYTES:
            raise _unusable(logo, "it is larger than 4 MB")
        with Image.open(BytesIO(raw), formats=("PNG", "JPEG", "WEBP")) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except SettingsInvalid:
        raise
    except Exception as problem:  # decoders raise whatever a damaged file leads them to
        raise _unusable(logo, f"it cannot be read as PNG, JPEG or WebP ({type(problem).__name__})") from None
    if min(picture.size) < LEAST_LOGO_PX:
        raise _unusable(logo, f"it is smaller than {LEAST_LOGO_PX} pixels")
    drawn = {f"icon-{px}.png": _png(ImageOps.pad(picture, (px, px), color=(0, 0, 0, 0))) for px in (192, 512)}
    drawn["icon-180.png"] = _png(_on_white(picture, 180, 0.86))
    drawn["maskable-512.png"] = _png(_on_white(picture, 512, SAFE_ZONE))
    drawn["logo.svg"] = _svg_around(drawn["icon-192.png"])
    return drawn


def _on_white(picture: Any, px: int, share: float) -> Any:
    from PIL import Image, ImageOps

    inner = int(px * share)
    ground = Image.new("RGBA", (px, px), "#ffffff")
    fitted = ImageOps.pad(picture, (inner, inner), color=(0, 0, 0, 0))
    ground.alpha_composite(fitted, ((px - inner) // 2, (px - inner) // 2))
    return ground.convert("RGB")


def _png(image: Any) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _svg_around(png: bytes) -> bytes:
    """Return an SVG that shows a PNG: the page asks for one address, whatever the picture is."""
    from base64 import b64encode

    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><image width="64" height="64" '
        f'href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    ).encode()


def _unusable(logo: Path, why: str) -> SettingsInvalid:
    return SettingsInvalid(
        message=f"The settings are not usable: wallet_logo {logo}: {why}.",
        hint="A square PNG of 512 pixels or more is right.",
    )


def _legible(color: str, grounds: tuple[str, ...], *, towards: str) -> str:
    start, end = _rgb(color), _rgb(towards)
    for step in range(21):
        share = step / 20
        moved = _hex(tuple(a + (b - a) * share for a, b in zip(start, end, strict=True)))
        if all(contrast(moved, ground) >= LEAST_CONTRAST for ground in grounds):
            return moved
    return towards


def _ink_on(color: str) -> str:
    return max(INKS, key=lambda ink: contrast(ink, color))


def _luminance(color: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (one / 255 for one in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(color: str) -> Rgb:
    return (int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16))


def _hex(color: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in color)
