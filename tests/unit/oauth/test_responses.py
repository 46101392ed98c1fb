"""How an answer is written into a URI (oauth2 B3.4, W6 to W9)."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.model import Redirect
from sealgate.oauth.errors import InvalidRequest
from sealgate.oauth.model import AuthorizationRequest
from sealgate.oauth.request import ReplyTo
from sealgate.oauth.responses import LEFTOVERS, code_values, deliver, error_values, token_values, with_values
from sealgate.web.answers import Redirect as Led

ISSUER = "https://sign.example"


def asked(**values) -> AuthorizationRequest:
    usual = {"app_uuid": "a", "redirect_uri": "https://shop.example/", "registered": Redirect("https://shop.example/")}
    return AuthorizationRequest(**{**usual, **values})


class TestUri:
    def test_keeps_its_own_query_and_gets_ours_behind_it(self):
        assert with_values("https://a.example/cb?x=1&y", {"code": "c"}) == "https://a.example/cb?x=1&y&code=c"

    def test_has_each_parameter_once(self):
        uri = with_values("https://a.example/cb?code=old&x=1&co%64e=older", {"code": "c"})

        assert uri == "https://a.example/cb?x=1&code=c"

    def test_loses_what_an_earlier_answer_left(self):
        uri = "https://a.example/p?error=e&error_description=d&iss=i&x=1&access_token=t#f"

        assert with_values(uri, {"code": "c"}, without=LEFTOVERS) == "https://a.example/p?x=1&code=c#f"

    def test_gets_a_fragment_where_that_was_asked_for(self):
        assert (
            with_values("https://a.example/cb?x=1", {"code": "c"}, in_fragment=True)
            == "https://a.example/cb?x=1#code=c"
        )

    def test_of_an_own_scheme_gets_a_query(self):
        assert with_values("com.example.app:/cb", {"code": "c"}) == "com.example.app:/cb?code=c"
        assert with_values("origami://", {"code": "c"}) == "origami://?code=c"

    @given(st.dictionaries(st.sampled_from(["state", "nonce", "scope"]), st.text(max_size=50), min_size=1))
    def test_carries_any_text_in_unreserved_characters_alone(self, values):
        uri = with_values("https://a.example/cb", values)

        query = urlsplit(uri).query
        assert dict(parse_qsl(query, keep_blank_values=True, strict_parsing=False)) == values
        assert all(part.count("=") == 1 for part in query.split("&"))
        assert uri.isascii()
        assert uri.isprintable()
        assert " " not in uri


class TestParameters:
    def test_of_a_code_are_those_that_each_client_reads(self):
        compat = code_values(asked(state="s", nonce="n"), "c", issuer=ISSUER)
        oidc = code_values(asked(state="s", nonce="n", scope="openid"), "c", issuer=ISSUER)
        popup = code_values(asked(state="s", nonce="n", scope="xummPKCE", challenge="x"), "c", issuer=ISSUER)

        assert list(compat) == ["authorization_code", "code", "state", "nonce", "iss"]
        assert list(oidc) == ["authorization_code", "code", "state", "iss"]
        assert list(popup) == ["authorization_code", "code", "state", "nonce"]

    def test_of_a_token_leave_out_what_was_not_asked(self):
        bare = token_values(asked(response_type="token"), "t", expires_in=86_400)

        assert bare == {"access_token": "t", "token_type": "bearer", "expires_in": 86_400, "refresh_token": ""}

    def test_of_a_refusal_have_words_without_quotes(self):
        reply = ReplyTo.of(asked())
        refusal = InvalidRequest(message='a "quoted" \\ thing: ä\n')

        values = error_values(reply, refusal, issuer=ISSUER)

        assert values == {
            "error": "invalid_request",
            "error_description": "a ?quoted? ? thing: ??",
            "iss": ISSUER,
        }


class TestDelivery:
    def test_is_a_303_that_tells_nobody_where_it_came_from(self):
        answer = deliver(ReplyTo.of(asked()), {"code": "c"}, app_name="Shop")

        assert isinstance(answer, Led)
        assert answer.status == 303
        assert answer.headers["referrer-policy"] == "no-referrer"
