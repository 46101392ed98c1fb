"""Which entry allows an address, and what a developer is told of the others."""

import pytest

from sealgate.apps.model import AppType, Redirect, effective_redirects
from sealgate.console.redirect_tester import Trial, try_redirect
from tests.payloads import an_app


def tried(uri: str, *entries: Redirect, type: AppType = "web") -> Trial:
    return try_redirect(an_app(type=type, redirects=effective_redirects(type, entries)), uri)


CALLBACK = Redirect("https://shop.example/callback")
LOOPBACK = Redirect("http://127.0.0.1/callback", "loopback")
SCHEME = Redirect("com.example.shop:/callback")
ORIGIN = Redirect("https://shop.example/app", "origin")
WILDCARD = Redirect("https://*.preview.example/callback", "wildcard")


class TestWhatIsAllowed:
    @pytest.mark.parametrize(
        ("uri", "entry"),
        [
            ("https://shop.example/callback", CALLBACK),
            ("http://127.0.0.1:51234/callback", LOOPBACK),
            ("com.example.shop:/callback", SCHEME),
            ("https://pr-7.preview.example/callback", WILDCARD),
        ],
    )
    def test_fits_its_entry(self, uri, entry):
        trial = tried(uri, Redirect("https://other.example/"), entry)

        assert trial.allows == "yes"
        assert [verdict.allows for verdict in trial.verdicts] == ["no", "yes"]

    def test_fits_an_origin_for_the_published_packages_alone(self):
        assert tried("https://shop.example/app/page", ORIGIN).allows == "sdk"
        assert tried("https://shop.example/callback/page", CALLBACK, type="browser").allows == "sdk"
        assert tried("https://shop.example/callback/page", CALLBACK).allows == "no"

    def test_shows_each_entry_once_as_it_was_registered(self):
        trial = tried("https://shop.example/callback", CALLBACK, type="browser")

        assert [verdict.entry for verdict in trial.verdicts] == [CALLBACK]
        assert trial.allows == "yes"


class TestWhyNot:
    @pytest.mark.parametrize(
        ("uri", "entry", "why"),
        [
            ("https://shop.example/callback/", CALLBACK, "It ends with a slash and the entry does not."),
            (
                "https://shop.example/callback",
                Redirect("https://shop.example/callback/"),
                "The entry ends with a slash",
            ),
            ("https://shop.example/other", CALLBACK, "The path is /other, not /callback."),
            ("https://shop.example/callback?a=1", CALLBACK, "The query"),
            ("https://www.shop.example/callback", CALLBACK, "The host is www.shop.example, not shop.example."),
            ("https://shop.example:8443/callback", CALLBACK, "The port is 8443, not 443."),
            ("https://shop.example:443/callback", CALLBACK, "It is written differently"),
            ("https://SHOP.example/callback", CALLBACK, "It is written differently"),
            ("https://shop.example/callback#end", CALLBACK, "no fragment"),
            ("http://localhost/callback", CALLBACK, "The scheme is http, not https."),
            ("http://localhost/callback", LOOPBACK, "The host is localhost, not 127.0.0.1."),
            ("com.example.shop:/other", SCHEME, "The path is /other, not /callback."),
            ("com.example.other:/callback", SCHEME, "The scheme is com.example.other"),
            ("https://shop.example/application", ORIGIN, "The path is not below /app."),
            ("https://a.b.preview.example/callback", WILDCARD, "the star stands for one label before .preview.example"),
            ("https://a.preview.example/other", WILDCARD, "What follows the host differs"),
            ("http://localhost/callback", WILDCARD, "The scheme is http, not https."),
        ],
    )
    def test_is_said_in_a_sentence(self, uri, entry, why):
        (verdict,) = tried(uri, entry).verdicts

        assert verdict.allows == "no"
        assert why in verdict.why

    @pytest.mark.parametrize(
        "uri",
        ["javascript:alert(1)", "http://shop.example/", "https://a@shop.example/", "https://shop.example/../x",
         "shop.example", "https://", "https://shop.example\\x", "x" * 5000, "https://shop.example/ü"],
        ids=range(9),
    )  # fmt: skip
    def test_is_said_of_what_nothing_could_ever_allow(self, uri):
        trial = tried(uri, CALLBACK)

        assert trial.unsafe.endswith(".")
        assert trial.allows == "no"
        assert trial.verdicts == ()
