"""What the text area of an app from elsewhere becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.importing import imported_redirects
from sealgate.apps.model import Redirect
from sealgate.apps.redirects import checked_redirects


@pytest.mark.parametrize(
    ("line", "redirects"),
    [("https://shop.example", [Redirect("https://shop.example"), Redirect("https://shop.example", "origin")]),
     ("https://shop.example/", [Redirect("https://shop.example/"), Redirect("https://shop.example/", "origin")]),
     ("https://shop.example/cb?x=1", [Redirect("https://shop.example/cb?x=1"),
                                      Redirect("https://shop.example/cb", "origin")]),
     ("https://shop.example/#top", [Redirect("https://shop.example/"), Redirect("https://shop.example/", "origin")]),
     ("http://localhost:3000", [Redirect("http://localhost:3000", "loopback")]),
     ("myapp://signin", [Redirect("myapp://signin")])],
)  # fmt: skip
def test_an_entry_becomes_what_it_was_used_for(line, redirects):
    assert list(imported_redirects(f"  {line} \r\n\n{line}\n").redirects) == redirects


def test_a_bare_site_is_pointed_out_to_back_ends():
    assert "callback" in imported_redirects("https://shop.example").notices[0]
    assert imported_redirects("https://shop.example/cb").notices == ()


def test_a_wildcard_asks_the_owner():
    asked = imported_redirects("https://*.preview.example.com")
    wanted = imported_redirects("https://*.preview.example.com", wildcards=True)

    assert asked.redirects == ()
    assert "whole domain" in asked.notices[0]
    assert wanted.redirects == (Redirect("https://*.preview.example.com/", "wildcard"),)


@pytest.mark.parametrize(
    "line",
    ["http://shop.example/cb", "javascript:alert(1)", "https://", "shop.example", "https://[shop", "https://*.[shop"],
)
def test_what_cannot_be_is_left_out_with_a_notice(line):
    imported = imported_redirects(line, wildcards=True)

    assert imported.redirects == ()
    assert imported.notices[0].startswith(f"{line}: left out")


@given(st.text(st.characters(codec="utf-8"), max_size=120) | st.text("htps:/.*#?@[]\n", max_size=60), st.booleans())
def test_hostile_text_gives_only_what_may_be_registered(text, wildcards):
    imported = imported_redirects(text, wildcards=wildcards)

    assert checked_redirects(imported.redirects) == imported.redirects
