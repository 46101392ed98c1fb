"""The session an xApp gets for its one-time token, on both engines: once, and whole or not at all."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sealgate.tokens import service as tokens
from sealgate.xapps.errors import OttSpent, OttUnknown
from sealgate.xapps.sessions import Visitor, begin_session
from tests.conftest import NOON
from tests.xapps import a_holder, an_xapp, launched

HUNDRED = 100
PAGE = Visitor("192.0.2.7", is_xapp=False)


def begin(tx, ott, app):
    """Trade a token at noon."""
    return begin_session(tx, ott, PAGE, app_uuid=app.uuid, user_token_days=30, now=NOON)


def test_a_hundred_who_begin_at_once_get_one_session_and_one_user_token(database, sealer):
    with database.begin() as tx:
        app, device = an_xapp(tx, sealer), a_holder(tx)
        ott = launched(tx, app, device).ott
    ready = threading.Barrier(HUNDRED)

    def run(_):
        ready.wait()
        try:
            with database.begin() as tx:
                session = begin(tx, ott, app)
                time.sleep(0.02)  # hold the transaction open, so that others overlap
                return session.user_token
        except OttSpent:
            return None

    with ThreadPoolExecutor(HUNDRED) as threads:
        won = [token for token in threads.map(run, range(HUNDRED)) if token is not None]

    assert len(won) == 1
    with database.begin() as tx:
        known = tokens.find_for(tx, app.uuid, device.holder_uuid, NOON)
        assert known is not None
        assert known.token == won[0]


def test_a_session_that_fails_after_the_token_was_taken_leaves_it_untaken(database, sealer, monkeypatch):
    with database.begin() as tx:
        app, device = an_xapp(tx, sealer), a_holder(tx)
        ott = launched(tx, app, device).ott

    def fail(*_args, **_how):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(tokens, "issue_or_extend", fail)
    with pytest.raises(RuntimeError), database.begin() as tx:
        begin(tx, ott, app)
    monkeypatch.undo()

    with database.begin() as tx:
        assert begin(tx, ott, app).taken.ott == ott


def test_a_refused_token_grants_nothing(database, sealer):
    with database.begin() as tx:
        app, other, device = an_xapp(tx, sealer), an_xapp(tx, sealer), a_holder(tx)
        ott = launched(tx, app, device).ott

    with pytest.raises(OttUnknown), database.begin() as tx:
        begin(tx, ott, other)

    with database.begin() as tx:
        assert tokens.find_for(tx, other.uuid, device.holder_uuid, NOON) is None
