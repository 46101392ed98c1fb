"""Webhook endpoints of apps, on both engines."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from sealgate.apps import service, webhooks
from sealgate.apps.errors import AppUnknown, TooManyEndpoints, WebhookSecretsOverlap, WebhookUnknown
from sealgate.apps.model import App, AppDraft
from sealgate.apps.sealed import RESEAL_TARGETS
from sealgate.apps.webhook_model import MAX_ENDPOINTS, SECRET_OVERLAP, EndpointDraft
from sealgate.base.ids import new_uuid
from sealgate.infra.bus import Event
from sealgate.infra.database import Database
from sealgate.infra.resealing import reseal_all
from sealgate.infra.sealing import Sealer
from tests.conftest import NOON

URL = "https://shop.example/hook"
AUDIT = EndpointDraft(url="https://audit.example/", description="Audit", events=("payload.signed", "secret.exposed"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def an_app(database: Database, sealer: Sealer) -> App:
    """An app that has its default endpoint."""
    with database.begin() as tx:
        return service.create_app(tx, sealer, AppDraft(name="Shop", webhook_url=URL), now=NOON).app


def default_of(tx, app):
    (endpoint, *_) = webhooks.list_endpoints(tx, app.uuid)
    assert endpoint.is_default
    return endpoint


class TestAdding:
    def test_keeps_every_value_and_seals_the_secret(self, database, sealer, an_app):
        with database.begin() as tx:
            new = webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON)

        with database.begin() as tx:
            kept = webhooks.get_endpoint(tx, an_app.uuid, new.endpoint.uuid)
            rows = str(tx.exec_driver_sql("select * from webhook_endpoints").all())

        assert kept == new.endpoint
        assert (kept.url, kept.description, kept.events) == (AUDIT.url, AUDIT.description, AUDIT.events)
        assert not kept.is_default
        assert webhooks.signing_secrets(sealer, kept, now=NOON) == (new.secret,)
        assert new.secret.startswith("whsec_")
        assert new.secret.removeprefix("whsec_") not in rows
        assert new.secret not in repr(new)

    def test_ends_at_five_the_default_one_included(self, sealer, an_app, tx):
        for _ in range(MAX_ENDPOINTS - 1):
            webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON)

        with pytest.raises(TooManyEndpoints):
            webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON)
        service.update_app(tx, sealer, an_app.uuid, {"webhook_url": "https://other.example/"}, now=NOON)
        assert len(webhooks.list_endpoints(tx, an_app.uuid)) == MAX_ENDPOINTS

    def test_ends_at_five_however_many_ask_at_once(self, database, sealer, an_app):
        def add(_):
            try:
                with database.begin() as tx:
                    webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON)
                    time.sleep(0.05)  # hold the transaction open, so that they overlap
            except TooManyEndpoints:
                return False
            return True

        with ThreadPoolExecutor(8) as eight:
            assert sorted(eight.map(add, range(8))) == [False] * 4 + [True] * 4

    def test_is_for_apps_that_exist(self, sealer, tx):
        for do in (
            lambda: webhooks.add_endpoint(tx, sealer, new_uuid(), AUDIT, now=NOON),
            lambda: webhooks.list_endpoints(tx, new_uuid()),
        ):
            with pytest.raises(AppUnknown):
                do()

    def test_lists_the_default_one_first_then_the_oldest(self, sealer, tx):
        app = service.create_app(tx, sealer, AppDraft(name="Shop"), now=NOON).app
        later = webhooks.add_endpoint(tx, sealer, app.uuid, AUDIT, now=NOON + SECOND).endpoint
        older = webhooks.add_endpoint(tx, sealer, app.uuid, AUDIT, now=NOON).endpoint
        service.update_app(tx, sealer, app.uuid, {"webhook_url": URL}, now=NOON + 2 * SECOND)

        first, *rest = webhooks.list_endpoints(tx, app.uuid)

        assert (first.url, first.is_default) == (URL, True)
        assert rest == [older, later]


class TestTheDefaultOne:
    def test_comes_changes_and_goes_with_the_webhook_url_of_the_app(self, sealer, tx):
        app = service.create_app(tx, sealer, AppDraft(name="Shop"), now=NOON).app
        assert webhooks.list_endpoints(tx, app.uuid) == []

        _, secret = service.update_app(tx, sealer, app.uuid, {"webhook_url": URL}, now=NOON)
        made = default_of(tx, app)
        assert (made.url, made.events) == (URL, ("payload.resolved",))
        assert webhooks.signing_secrets(sealer, made, now=NOON) == (secret,)

        _, no_secret = service.update_app(tx, sealer, app.uuid, {"webhook_url": URL + "2"}, now=NOON)
        moved = default_of(tx, app)
        assert (no_secret, moved) == (None, msgspec.structs.replace(made, url=URL + "2"))

        service.update_app(tx, sealer, app.uuid, {"webhook_url": None}, now=NOON)
        assert webhooks.list_endpoints(tx, app.uuid) == []

    def test_takes_the_apps_webhook_url_along(self, sealer, an_app, tx):
        endpoint = default_of(tx, an_app)

        webhooks.update_endpoint(tx, an_app.uuid, endpoint.uuid, {"url": AUDIT.url})
        assert service.get_app(tx, an_app.uuid).webhook_url == AUDIT.url

        webhooks.remove_endpoint(tx, an_app.uuid, endpoint.uuid)
        assert service.get_app(tx, an_app.uuid).webhook_url is None

    def test_is_left_alone_by_changes_of_something_else(self, sealer, an_app, tx):
        endpoint = default_of(tx, an_app)
        webhooks.pause_endpoint(tx, endpoint.uuid, "gone", now=NOON)
        paused = default_of(tx, an_app)

        service.update_app(tx, sealer, an_app.uuid, {"name": "Renamed", "webhook_url": URL}, now=NOON)

        assert default_of(tx, an_app) == paused

    def test_is_one_however_many_make_it_at_once(self, database, sealer):
        with database.begin() as tx:
            app = service.create_app(tx, sealer, AppDraft(name="Shop"), now=NOON).app

        def set_url(number):
            with database.begin() as tx:
                service.update_app(tx, sealer, app.uuid, {"webhook_url": f"{URL}/{number}"}, now=NOON)
                time.sleep(0.05)  # hold the transaction open, so that they overlap

        with ThreadPoolExecutor(4) as four:
            list(four.map(set_url, range(4)))

        with database.begin() as tx:
            (endpoint,) = webhooks.list_endpoints(tx, app.uuid)
            assert endpoint.url == service.get_app(tx, app.uuid).webhook_url


class TestWhatAnAppWants:
    def test_is_what_its_endpoints_want_together(self, sealer, an_app, tx):
        webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON)

        app = service.get_app(tx, an_app.uuid)

        assert app.webhook_events == ("payload.resolved", "payload.signed", "secret.exposed")
        assert app.wants("secret.exposed")
        assert not app.wants("payload.opened")

    def test_follows_every_change(self, sealer, an_app, tx):
        def wanted():
            return service.get_app(tx, an_app.uuid).webhook_events

        audit = webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON).endpoint
        webhooks.update_endpoint(tx, an_app.uuid, audit.uuid, {"events": ("payload.expired",)})
        assert wanted() == ("payload.resolved", "payload.expired")

        webhooks.pause_endpoint(tx, audit.uuid, "asked", now=NOON)
        assert wanted() == ("payload.resolved", "payload.expired")

        service.update_app(tx, sealer, an_app.uuid, {"webhook_url": None}, now=NOON)
        assert wanted() == ("payload.expired",)

        webhooks.remove_endpoint(tx, an_app.uuid, audit.uuid)
        assert wanted() == ()

    def test_is_told_to_those_who_remember_the_app(self, bus, database, sealer, an_app):
        news = bus.subscribe("apps")

        with database.begin() as tx:
            endpoint = webhooks.add_endpoint(tx, sealer, an_app.uuid, AUDIT, now=NOON).endpoint
        for change in (
            lambda tx: webhooks.update_endpoint(tx, an_app.uuid, endpoint.uuid, {"events": ("payload.opened",)}),
            lambda tx: webhooks.pause_endpoint(tx, endpoint.uuid, "asked", now=NOON),
            lambda tx: webhooks.resume_endpoint(tx, an_app.uuid, endpoint.uuid),
            lambda tx: webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON),
            lambda tx: webhooks.remove_endpoint(tx, an_app.uuid, endpoint.uuid),
        ):
            news._events.clear()
            with database.begin() as tx:
                change(tx)
            assert Event("apps", "changed", {"uuid": an_app.uuid}) in news._events


class TestRotating:
    def test_both_secrets_sign_until_the_overlap_ends(self, sealer, an_app, tx):
        endpoint = default_of(tx, an_app)
        (old,) = webhooks.signing_secrets(sealer, endpoint, now=NOON)

        rotated = webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON)

        def live(at):
            return webhooks.signing_secrets(sealer, rotated.endpoint, now=at)

        assert rotated.secret != old
        assert live(NOON) == live(NOON + SECRET_OVERLAP - SECOND) == (rotated.secret, old)
        assert live(NOON + SECRET_OVERLAP) == (rotated.secret,)

    def test_a_second_rotation_waits_for_the_end_of_the_first(self, sealer, an_app, tx):
        endpoint = default_of(tx, an_app)
        webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON)

        with pytest.raises(WebhookSecretsOverlap):
            webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON + SECOND)

        again = webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON + SECRET_OVERLAP)
        assert len(webhooks.signing_secrets(sealer, again.endpoint, now=NOON + SECRET_OVERLAP)) == 2

    def test_without_overlap_only_the_newest_counts_at_once(self, sealer, an_app, tx):
        endpoint = default_of(tx, an_app)
        webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON)

        leaked = webhooks.rotate_secret(tx, sealer, an_app.uuid, endpoint.uuid, now=NOON, overlap=timedelta())

        assert webhooks.signing_secrets(sealer, leaked.endpoint, now=NOON) == (leaked.secret,)

    def test_every_secret_opens_under_the_next_master_key_once_sealed_again(self, database):
        old, new = b"\x01" * 32, b"\x02" * 32
        before = Sealer([old])
        with database.begin() as tx:
            before.load_pepper(tx)
            app = service.create_app(tx, before, AppDraft(name="Shop", webhook_url=URL), now=NOON).app
            made = default_of(tx, app)
            rotated = webhooks.rotate_secret(tx, before, app.uuid, made.uuid, now=NOON).endpoint
            secrets = webhooks.signing_secrets(before, rotated, now=NOON)

            reseal_all(tx, Sealer([new, old]), RESEAL_TARGETS)

            assert webhooks.signing_secrets(Sealer([new]), default_of(tx, app), now=NOON) == secrets


class TestFailing:
    def test_is_counted_from_its_first_failure_and_forgotten_with_a_success(self, an_app, tx):
        uuid = default_of(tx, an_app).uuid

        webhooks.note_failure(tx, uuid, now=NOON)
        noted = webhooks.note_failure(tx, uuid, now=NOON + SECOND)
        assert noted is not None
        assert (noted.failing_since, noted.failures) == (NOON, 2)

        webhooks.note_success(tx, uuid)
        assert (default_of(tx, an_app).failing_since, default_of(tx, an_app).failures) == (None, 0)

    def test_is_counted_once_for_each_of_many_at_once(self, database, an_app):
        with database.begin() as tx:
            uuid = default_of(tx, an_app).uuid

        def fail(_):
            with database.begin() as tx:
                webhooks.note_failure(tx, uuid, now=NOON)

        with ThreadPoolExecutor(8) as eight:
            list(eight.map(fail, range(24)))

        with database.begin() as tx:
            assert default_of(tx, an_app).failures == 24

    def test_an_endpoint_that_is_gone_has_none(self, tx):
        assert webhooks.note_failure(tx, new_uuid(), now=NOON) is None
        webhooks.note_success(tx, new_uuid())


class TestPausing:
    def test_is_done_by_one_however_many_try(self, database, an_app):
        with database.begin() as tx:
            uuid = default_of(tx, an_app).uuid

        def pause(_):
            with database.begin() as tx:
                won = webhooks.pause_endpoint(tx, uuid, "failing", now=NOON) is not None
                time.sleep(0.05)  # hold the transaction open, so that they overlap
                return won

        with ThreadPoolExecutor(6) as six:
            assert sorted(six.map(pause, range(6))) == [False] * 5 + [True]

    def test_ends_by_resuming_or_by_another_url_and_takes_the_failures_along(self, an_app, tx):
        uuid = default_of(tx, an_app).uuid
        for end in (
            lambda: webhooks.resume_endpoint(tx, an_app.uuid, uuid),
            lambda: webhooks.update_endpoint(tx, an_app.uuid, uuid, {"url": AUDIT.url}),
        ):
            webhooks.note_failure(tx, uuid, now=NOON)
            webhooks.pause_endpoint(tx, uuid, "gone", now=NOON)
            paused = default_of(tx, an_app)
            assert (paused.paused_at, paused.paused_because) == (NOON, "gone")

            served = end()

            assert (served.paused_at, served.paused_because, served.failing_since, served.failures) == (
                None,
                None,
                None,
                0,
            )


@pytest.mark.parametrize(
    "do",
    [
        lambda tx, sealer, app, uuid: webhooks.get_endpoint(tx, app, uuid),
        lambda tx, sealer, app, uuid: webhooks.update_endpoint(tx, app, uuid, {"url": URL}),
        lambda tx, sealer, app, uuid: webhooks.remove_endpoint(tx, app, uuid),
        lambda tx, sealer, app, uuid: webhooks.resume_endpoint(tx, app, uuid),
        lambda tx, sealer, app, uuid: webhooks.rotate_secret(tx, sealer, app, uuid, now=NOON),
    ],
    ids=["get", "update", "remove", "resume", "rotate"],
)
def test_the_endpoint_of_another_app_is_unknown(do, sealer, an_app, tx):
    other = service.create_app(tx, sealer, AppDraft(name="Other"), now=NOON).app

    with pytest.raises(WebhookUnknown):
        do(tx, sealer, other.uuid, default_of(tx, an_app).uuid)
    assert default_of(tx, an_app).url == URL
