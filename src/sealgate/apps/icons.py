"""Icons that developers upload: what came is read as an image, and what people see is drawn by this server. Pure.

Nothing of the file is kept but its pixels: no metadata, no second image, nothing that a browser could take for markup.
"""

import warnings
from io import BytesIO

from sealgate.apps.errors import IconUnusable

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4096 * 4096
"""67 MB while it is drawn; decoders would take what a small file claims to be."""
SIDE_PX = 256
FORMATS = ("PNG", "JPEG", "WEBP")


def redraw(raw: bytes) -> bytes:
    """Return the picture in a file as PNG, 256 by 256 pixels, whole and in the middle; of an animation the first.

    Costs up to a second of CPU: not for the event loop.

    Raises:
        IconUnusable: the file is larger than 2 MB or has more than 16.8 million pixels, is neither PNG, JPEG nor WebP,
            or is damaged.
    """
    if len(raw) > MOST_BYTES:
        raise IconUnusable(message="The file is larger than 2 MB.", hint="256 × 256 pixels are enough.")
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # What Pillow warns of is a matter of size, and measured here.
            warnings.simplefilter("ignore")
            return _drawn(raw)
    except IconUnusable:
        raise
    except UnidentifiedImageError:
        raise IconUnusable(message="The file is no PNG, JPEG or WebP image.") from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception as problem:  # decoders raise whatever a damaged file leads them to
        raise IconUnusable(
            message="The image is damaged: it cannot be read to its end.", detail=type(problem).__name__
        ) from None


def _drawn(raw: bytes) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(BytesIO(raw), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise _too_many_pixels()
        # A JPEG can be decoded at a fraction of its size.
        opened.draft("RGB", (SIDE_PX * 2, SIDE_PX * 2))
        upright = ImageOps.exif_transpose(opened)
        fitted = ImageOps.pad(upright.convert("RGBA"), (SIDE_PX, SIDE_PX), color=(0, 0, 0, 0))
    # A new image has no metadata.
    drawn = Image.new("RGBA", (SIDE_PX, SIDE_PX))
    drawn.paste(fitted)
    out = BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _too_many_pixels() -> IconUnusable:
    return IconUnusable(
        message="The image has more than 4096 × 4096 pixels.", hint="256 × 256 pixels are enough for an icon."
    )
