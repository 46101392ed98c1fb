"""The operator's colour and picture, made fit to be read and to be installed."""

from io import BytesIO

import pytest
from PIL import Image

from sealgate.base.settings import SettingsInvalid
from sealgate.wallet.brand import DARK_GROUNDS, LEAST_CONTRAST, LIGHT_GROUNDS, accent_css, contrast, icons_of


def colours(css: str) -> list[str]:
    return [part[:7] for part in css.split(":") if part.startswith("#")]


class TestAccent:
    @pytest.mark.parametrize("accent", ["#1550c0", "#ffd400", "#0b0b0b", "#FFFFFF", "#d6336c", "#00ff00", "#777777"])
    def test_can_be_read_in_both_schemes(self, accent):
        light, on_light, dark, on_dark = colours(accent_css(accent))

        assert all(contrast(light, ground) >= LEAST_CONTRAST for ground in LIGHT_GROUNDS)
        assert all(contrast(dark, ground) >= LEAST_CONTRAST for ground in DARK_GROUNDS)
        assert contrast(light, on_light) >= LEAST_CONTRAST
        assert contrast(dark, on_dark) >= LEAST_CONTRAST

    def test_stays_as_it_is_where_it_can_be_read(self):
        assert colours(accent_css("#0b6b5d"))[0] == "#0b6b5d"

    def test_contrast_is_that_of_wcag(self):
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


class TestLogo:
    def test_gives_icons_of_every_size(self, tmp_path):
        logo = tmp_path / "logo.png"
        Image.new("RGB", (600, 400), "#d6336c").save(logo)

        icons = icons_of(logo)

        sizes = {name: Image.open(BytesIO(png)).size for name, png in icons.items() if name.endswith(".png")}
        assert sizes == {
            "icon-180.png": (180, 180),
            "icon-192.png": (192, 192),
            "icon-512.png": (512, 512),
            "maskable-512.png": (512, 512),
        }
        assert icons["logo.svg"].startswith(b"<svg ")

    def test_a_maskable_one_has_room_around_it_and_nothing_transparent(self, tmp_path):
        logo = tmp_path / "logo.png"
        Image.new("RGBA", (512, 512), "#d6336c").save(logo)

        drawn = Image.open(BytesIO(icons_of(logo)["maskable-512.png"]))

        assert drawn.mode == "RGB"
        assert drawn.getpixel((20, 20)) == (255, 255, 255)
        assert drawn.getpixel((256, 256)) == (0xD6, 0x33, 0x6C)

    @pytest.mark.parametrize(
        ("content", "why"),
        [(b"<svg/>", "cannot be read"), (b"", "cannot be read"), (b"\0" * (5 * 1024 * 1024), "larger than 4 MB")],
        ids=["svg", "empty", "large"],
    )
    def test_refuses_what_is_no_picture(self, tmp_path, content, why):
        logo = tmp_path / "logo.png"
        logo.write_bytes(content)

        with pytest.raises(SettingsInvalid, match=why):
            icons_of(logo)

    def test_refuses_one_that_is_too_small_or_not_there(self, tmp_path):
        small = tmp_path / "small.png"
        Image.new("RGB", (64, 64)).save(small)

        with pytest.raises(SettingsInvalid, match="smaller than 192 pixels"):
            icons_of(small)
        with pytest.raises(SettingsInvalid, match="cannot be read"):
            icons_of(tmp_path / "none.png")
