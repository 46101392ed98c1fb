"""What is drawn of an uploaded icon, and what is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from sealgate.apps.errors import IconUnusable
from sealgate.apps.icons import MOST_BYTES, redraw

RED = (200, 10, 10, 255)


def file_of(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(width: int = 300, height: int = 300, mode: str = "RGBA") -> Image.Image:
    return Image.new("RGBA", (width, height), RED).convert(mode)


def read(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    image.load()
    return image


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + png_chunk(b"IEND", b"")
    )  # fmt: skip


def rgba(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """Return a pixel's colour."""
    colour = image.getpixel((x, y))
    assert isinstance(colour, tuple)
    return colour


class TestWhatIsDrawn:
    @pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "RGB"),
                                                ("JPEG", "CMYK"), ("WEBP", "RGBA")])  # fmt: skip
    def test_is_a_square_png_whatever_came(self, kind, mode):
        drawn = read(redraw(file_of(picture(mode=mode), kind)))

        assert (drawn.format, drawn.size, drawn.mode) == ("PNG", (256, 256), "RGBA")

    def test_shows_a_wide_picture_whole_in_the_middle(self):
        drawn = read(redraw(file_of(picture(400, 100))))

        assert drawn.getpixel((128, 128)) == RED
        assert rgba(drawn, 128, 10)[3] == 0

    def test_stands_upright_as_the_camera_held_it(self):
        image = Image.new("RGB", (200, 100), "white")
        image.paste((200, 10, 10), (0, 0, 100, 100))
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by a quarter, clockwise

        drawn = read(redraw(file_of(image, "PNG", exif=exif)))

        assert rgba(drawn, 128, 40)[:3] == (200, 10, 10)
        assert rgba(drawn, 128, 220)[:3] == (255, 255, 255)

    def test_has_no_metadata(self):
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", "<script>alert(1)</script>")

        png = redraw(file_of(picture(), "PNG", pnginfo=notes))

        assert b"script" not in png
        assert read(png).info == {}

    def test_is_the_first_of_several(self):
        frames = [picture(64, 64), Image.new("RGBA", (64, 64), (0, 0, 255, 255))]

        drawn = read(redraw(file_of(frames[0], "PNG", save_all=True, append_images=frames[1:])))

        assert drawn.getpixel((128, 128)) == RED
        assert getattr(drawn, "n_frames", 1) == 1


class TestWhatIsRefused:
    def test_is_more_than_two_megabytes(self):
        with pytest.raises(IconUnusable, match="larger than 2 MB"):
            redraw(b"\x89PNG" + bytes(MOST_BYTES))

    @pytest.mark.parametrize("size", [(5000, 5000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)], ids=str)
    def test_is_a_small_file_with_very_many_pixels(self, size):
        with pytest.raises(IconUnusable, match="4096 × 4096"):
            redraw(png_that_claims(*size))

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"hello",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"%PDF-1.4",
            file_of(picture(8, 8, "RGB"), "TIFF"),
            file_of(picture(8, 8, "P"), "GIF"),
            file_of(picture(8, 8, "RGB"), "BMP"),
        ],
        ids=["nothing", "text", "svg", "pdf", "tiff", "gif", "bmp"],
    )
    def test_is_no_image_of_a_known_kind(self, raw):
        with pytest.raises(IconUnusable, match="no PNG, JPEG or WebP"):
            redraw(raw)

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_is_an_image_cut_short(self, kind):
        whole = file_of(Image.effect_noise((200, 200), 80), kind)

        with pytest.raises(IconUnusable):
            redraw(whole[: len(whole) // 2])

    def test_is_damaged_anywhere_with_the_same_words(self):
        whole = file_of(Image.effect_noise((64, 64), 80).convert("RGB"), "JPEG")

        for at in range(0, len(whole), 97):
            broken = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                assert read(redraw(broken)).size == (256, 256)
            except IconUnusable:
                continue
