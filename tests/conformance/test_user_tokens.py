"""User tokens: one for an app and a holder, extended by signing, ended by the holder; the same on both engines."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sealgate.base.ids import new_uuid
from sealgate.tokens import service
from tests.conftest import NOON

APP, OTHER_APP = new_uuid(), new_uuid()
ALICE, BOB = new_uuid(), new_uuid()
DAYS = 30


def days(number: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=number)


def issue(tx, *, app=APP, holder=ALICE, now=NOON):
    """Sign once."""
    return service.issue_or_extend(tx, app, holder, now=now, days=DAYS)


class TestIssueOrExtend:
    def test_issues_for_thirty_days(self, tx):
        token = issue(tx)

        assert (token.issued_at, token.expires_at) == (NOON, NOON + days(30))
        assert service.find_live_user_token(tx, APP, token.token, NOON) == token

    def test_extends_the_same_token(self, tx):
        first = issue(tx)

        second = issue(tx, now=NOON + days(29))

        assert second.token == first.token
        assert second.issued_at == first.issued_at
        assert second.expires_at == NOON + days(59)

    def test_gives_a_new_value_once_it_has_expired(self, tx):
        first = issue(tx)

        second = issue(tx, now=NOON + days(30))

        assert second.token != first.token
        assert second.issued_at == NOON + days(30)
        assert service.find_live_user_token(tx, APP, first.token, NOON + days(30)) is None

    def test_gives_a_new_value_after_revocation(self, tx):
        first = issue(tx)
        service.revoke(tx, APP, ALICE, NOON)

        second = issue(tx)

        assert second.token != first.token
        assert second.revoked_at is None
        assert service.find_live_user_token(tx, APP, first.token, NOON) is None

    def test_gives_every_app_and_every_holder_their_own(self, tx):
        tokens = {issue(tx).token, issue(tx, app=OTHER_APP).token, issue(tx, holder=BOB).token}

        assert len(tokens) == 3

    def test_gives_all_the_same_however_many_sign_first_at_once(self, database):
        def sign(_):
            with database.begin() as tx:
                token = issue(tx)
                time.sleep(0.05)  # hold the transaction open, so that the eight overlap
                return token.token

        with ThreadPoolExecutor(8) as eight:
            assert len(set(eight.map(sign, range(8)))) == 1


class TestFindLiveUserToken:
    def test_knows_it_until_just_before_it_ends(self, tx):
        token = issue(tx)

        assert service.find_live_user_token(tx, APP, token.token, NOON + days(30) - timedelta(milliseconds=1))
        assert service.find_live_user_token(tx, APP, token.token, NOON + days(30)) is None

    def test_does_not_know_that_of_another_app(self, tx):
        token = issue(tx, app=OTHER_APP)

        assert service.find_live_user_token(tx, APP, token.token, NOON) is None

    def test_does_not_know_an_unknown_one(self, tx):
        assert service.find_live_user_token(tx, APP, new_uuid(), NOON) is None


class TestFindFor:
    def test_finds_the_pairs_live_token_only(self, tx):
        token = issue(tx)

        assert service.find_for(tx, APP, ALICE, NOON) == token
        assert service.find_for(tx, APP, BOB, NOON) is None
        assert service.find_for(tx, APP, ALICE, NOON + days(30)) is None


class TestLookUp:
    def test_answers_in_the_order_asked_and_hides_those_of_others(self, tx):
        alice, bob = issue(tx), issue(tx, holder=BOB)
        foreign, unknown = issue(tx, app=OTHER_APP).token, new_uuid()

        asked = [bob.token, foreign, alice.token, unknown, bob.token]

        assert service.look_up(tx, APP, asked) == [bob, None, alice, None, bob]

    def test_answers_nothing_to_nothing(self, tx):
        assert service.look_up(tx, APP, []) == []


class TestRevoke:
    def test_ends_it_once(self, tx):
        issue(tx)

        assert service.revoke(tx, APP, ALICE, NOON)
        assert not service.revoke(tx, APP, ALICE, NOON)

    def test_finds_nothing_in_what_has_expired(self, tx):
        issue(tx)

        assert not service.revoke(tx, APP, ALICE, NOON + days(30))

    def test_leaves_those_of_others(self, tx):
        bob = issue(tx, holder=BOB)
        issue(tx)

        service.revoke(tx, APP, ALICE, NOON)

        assert service.find_for(tx, APP, BOB, NOON) == bob


class TestTokensOfHolder:
    def test_lists_the_live_ones_newest_first(self, tx):
        first = issue(tx)
        second = issue(tx, app=OTHER_APP, now=NOON + days(1))
        issue(tx, holder=BOB)

        assert service.tokens_of_holder(tx, ALICE, NOON + days(1)) == [second, first]
        assert service.tokens_of_holder(tx, ALICE, NOON + days(30)) == [second]
