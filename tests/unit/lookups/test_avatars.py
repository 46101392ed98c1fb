"""Avatars: the same picture for the same account, in colours that everybody can tell apart."""

import io

import pytest
from PIL import Image

from sealgate.lookups.avatars import colours, contrast, draw, parsed
from sealgate.lookups.errors import AvatarMalformed

ACCOUNT, OTHER = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"


class TestDraw:
    @pytest.mark.parametrize(("size", "padding"), [(51, 0), (200, 0), (180, 50), (999, 497)])
    def test_gives_a_square_of_the_size_with_its_padding_free(self, size, padding):
        image = Image.open(io.BytesIO(draw(ACCOUNT, size, padding))).convert("RGB")

        assert image.size == (size, size)
        ground = image.getpixel((0, 0)) if padding else None
        for at in range(size) if padding else ():
            assert image.getpixel((at, padding - 1)) == ground

    def test_is_the_same_every_time_and_another_for_another_account(self):
        assert draw(ACCOUNT, 200, 0) == draw(ACCOUNT, 200, 0) != draw(OTHER, 200, 0)

    def test_is_the_same_on_both_sides(self):
        image = Image.open(io.BytesIO(draw(ACCOUNT, 200, 0))).convert("RGB")

        left = [image.getpixel((x, y)) for x in range(100) for y in range(200)]
        assert left == [image.getpixel((199 - x, y)) for x in range(100) for y in range(200)]


@pytest.mark.parametrize("step", range(0, 360, 5))
def test_the_colours_of_every_hue_can_be_told_apart(step):
    assert contrast(*colours(step / 360)) >= 3


class TestTheName:
    @pytest.mark.parametrize(
        ("name", "size", "padding"),
        [(f"{ACCOUNT}.png", 200, 0), (f"{ACCOUNT}_51.png", 51, 0), (f"{ACCOUNT}_180_50.png", 180, 50)],
    )
    def test_says_size_and_padding(self, name, size, padding):
        assert parsed(name) == (ACCOUNT, size, padding)

    @pytest.mark.parametrize(
        "name",
        [
            ACCOUNT,
            f"{ACCOUNT}.svg",
            f"{ACCOUNT}_50.png",
            f"{ACCOUNT}_1000.png",
            f"{ACCOUNT}_100_48.png",
            f"{ACCOUNT[:-1]}i.png",
            "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTx.png",
            f"{ACCOUNT}_200_.png",
            "x" * 5000 + ".png",
        ],
    )
    def test_that_is_none_is_refused(self, name):
        with pytest.raises(AvatarMalformed):
            parsed(name)
