"""How a token's state is told."""

from datetime import timedelta

from sealgate.base.ids import new_uuid
from sealgate.tokens.model import UserToken
from sealgate.tokens.wire import TokenOut, token_out
from tests.conftest import NOON

TOKEN = UserToken(new_uuid(), new_uuid(), new_uuid(), issued_at=NOON, expires_at=NOON + timedelta(days=30))
NOON_UNIX_S = 1_768_478_400


class TestTokenOut:
    def test_sends_both_spellings_of_the_times(self):
        end = NOON_UNIX_S + 30 * 86_400

        assert token_out(TOKEN.token, TOKEN, active=True) == TokenOut(
            TOKEN.token, active=True, issued=NOON_UNIX_S, expires=end, token_issued=NOON_UNIX_S, token_expiration=end
        )

    def test_tells_nothing_of_a_token_that_is_not_the_apps(self):
        assert token_out("what was asked", None, active=False) == TokenOut(
            "what was asked", active=False, issued=0, expires=0, token_issued=0, token_expiration=0
        )
