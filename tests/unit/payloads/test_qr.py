"""QR codes: three forms that show the same modules."""

import io
import re
import struct
import zlib

import pytest

from sealgate.payloads import qr
from sealgate.payloads.qr import QUALITIES, Quality

SIGN_URL = "https://wallet.example/sign/0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
TOO_LONG = "x" * 4000


def pixels_of(png: bytes) -> list[list[bool]]:
    """Return the pixels of a PNG with one grey bit a pixel, True for dark."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0)
    data, at = b"", 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    line, rows = (width + 7) // 8, [bytes((width + 7) // 8)]
    scanlines = io.BytesIO(zlib.decompress(data))
    for _ in range(height):
        above = {b"\0": bytes(line), b"\2": rows[-1]}[scanlines.read(1)]
        rows.append(bytes((a + b) % 256 for a, b in zip(above, scanlines.read(line), strict=True)))
    return [[not row[x // 8] >> (7 - x % 8) & 1 for x in range(width)] for row in rows[1:]]


class TestMatrix:
    @pytest.mark.parametrize(("quality", "size"), [("m", 37), ("q", 41), ("h", 45)])
    def test_is_a_square_that_begins_with_a_finder_pattern(self, quality: Quality, size: int):
        rows = qr.matrix(SIGN_URL, quality)

        assert [len(row) for row in rows] == [size] * size
        assert rows[0][:8] == [True] * 7 + [False]
        assert rows[3][:8] == [True, False, True, True, True, False, True, False]

    def test_is_empty_where_no_code_holds_the_content(self):
        assert qr.matrix(TOO_LONG, "h") == []


class TestPng:
    @pytest.mark.parametrize(("quality", "width_px"), [("m", 289), ("q", 292), ("h", 318)])
    def test_is_about_as_wide_as_clients_expect(self, quality: Quality, width_px: int):
        png = qr.draw_png(SIGN_URL, quality)

        assert png is not None
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">I", png[16:20])[0] == pytest.approx(width_px, abs=20)

    @pytest.mark.parametrize("quality", QUALITIES)
    def test_shows_the_matrix_with_a_quiet_zone_of_one_module(self, quality: Quality):
        rows = qr.matrix(SIGN_URL, quality)
        png = qr.draw_png(SIGN_URL, quality)

        assert png is not None
        pixels = pixels_of(png)
        scale = len(pixels) // (len(rows) + 2)
        centre = scale // 2
        modules = [row[centre::scale] for row in pixels[centre::scale]]
        assert [row[1:-1] for row in modules[1:-1]] == rows
        assert not any(modules[0] + modules[-1] + [row[0] for row in modules] + [row[-1] for row in modules])

    def test_is_none_where_no_code_holds_the_content(self):
        assert qr.draw_png(TOO_LONG, "q") is None


class TestSvg:
    def test_scales_and_needs_no_inline_style(self):
        svg = qr.draw_svg(SIGN_URL)

        assert svg is not None
        assert re.match(r'<svg viewBox="0 0 41 41">', svg)
        assert "style" not in svg
        assert "<script" not in svg

    def test_is_black_on_white_whatever_the_page_looks_like(self):
        svg = qr.draw_svg(SIGN_URL)

        assert svg is not None
        assert 'fill="#fff"' in svg
        assert 'stroke="#000"' in svg

    def test_is_none_where_no_code_holds_the_content(self):
        assert qr.draw_svg(TOO_LONG) is None
