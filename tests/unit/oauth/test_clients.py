from base64 import b64encode
from urllib.parse import quote_plus

import pytest

from sealgate.oauth.clients import Credentials, read_credentials
from sealgate.oauth.errors import InvalidClient, InvalidRequest

KEY = "11111111-1111-4111-8111-111111111111"
SECRET = "22222222-2222-4222-8222-222222222222"


def basic(user, password, scheme="Basic"):
    return f"{scheme} " + b64encode(f"{user}:{password}".encode()).decode()


class TestCredentials:
    def test_may_be_in_the_body(self):
        assert read_credentials(None, {"client_id": KEY, "client_secret": SECRET}) == Credentials(KEY, SECRET, False)

    def test_may_be_in_the_header(self):
        assert read_credentials(basic(KEY, SECRET), {}) == Credentials(KEY, SECRET, True)

    @pytest.mark.parametrize("scheme", ["basic", "BASIC"])
    def test_are_read_whatever_the_letters_of_the_scheme(self, scheme):
        assert read_credentials(basic(KEY, SECRET, scheme), {}).secret == SECRET

    def test_may_be_form_encoded_in_the_header(self):
        encoded = basic(quote_plus("a:b c"), quote_plus("p+q%"))

        assert read_credentials(encoded, {}) == Credentials("a:b c", "p+q%", True)

    def test_may_be_the_key_alone(self):
        assert read_credentials(None, {"client_id": KEY}) == Credentials(KEY, None, False)
        assert read_credentials(basic(KEY, ""), {}) == Credentials(KEY, None, True)

    def test_may_be_in_both_where_they_agree(self):
        body = {"client_id": KEY, "client_secret": SECRET}

        assert read_credentials(basic(KEY, SECRET), body) == Credentials(KEY, SECRET, True)

    @pytest.mark.parametrize("body", [{"client_id": SECRET}, {"client_secret": KEY}])
    def test_must_not_differ(self, body):
        with pytest.raises(InvalidRequest):
            read_credentials(basic(KEY, SECRET), body)

    def test_must_be_there(self):
        with pytest.raises(InvalidClient):
            read_credentials(None, {})

    @pytest.mark.parametrize(
        "header",
        ["", "Basic", "Basic !!!", "Basic " + b64encode(b"no colon").decode(), "Basic " + b64encode(b":x").decode(),
         "Bearer abc", "Basic " + b64encode(b"\xff\xfe:x").decode(), "Basic " + "A" * 2000],
    )  # fmt: skip
    def test_must_be_readable(self, header):
        with pytest.raises(InvalidRequest):
            read_credentials(header, {})
