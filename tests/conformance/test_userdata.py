"""User data: whose it is, what replaces what, and how much there may be; the same on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sealgate.base.ids import new_uuid
from sealgate.userdata import service
from sealgate.userdata.errors import UserStoreFull
from sealgate.userdata.model import MAX_KEYS
from tests.conftest import NOON

APP, OTHER_APP = new_uuid(), new_uuid()
ALICE, BOB = new_uuid(), new_uuid()


def put(tx, key="prefs", value='{"n":1}', *, app=APP, holder=ALICE):
    """Store a value."""
    service.store_value(tx, app, holder, key, value, now=NOON)


class TestDocuments:
    def test_come_back_to_the_letter(self, tx):
        document = '{"b":1.10,"a":123456789012345678901234567890,"é":"\\u00e9"}'

        service.store_document(tx, APP, document, now=NOON)

        assert service.read_document(tx, APP) == document

    def test_replace_each_other_whole(self, tx):
        service.store_document(tx, APP, '{"a":1,"b":2}', now=NOON)
        service.store_document(tx, APP, '{"c":3}', now=NOON)

        assert service.read_document(tx, APP) == '{"c":3}'

    def test_belong_to_one_app(self, tx):
        service.store_document(tx, APP, "1", now=NOON)
        service.delete_document(tx, OTHER_APP)

        assert service.read_document(tx, APP) == "1"
        assert service.read_document(tx, OTHER_APP) is None

    def test_are_gone_once_deleted_and_may_be_deleted_again(self, tx):
        service.store_document(tx, APP, "null", now=NOON)
        service.delete_document(tx, APP)
        service.delete_document(tx, APP)

        assert service.read_document(tx, APP) is None


class TestValues:
    def test_are_read_in_the_order_asked_and_listed_sorted(self, tx):
        put(tx, "prefs", '{"n":1}')
        put(tx, "cart", '{"n":2}')

        assert list(service.read_values(tx, APP, ALICE, ("prefs", "nothing", "cart")).items()) == [
            ("prefs", '{"n":1}'),
            ("cart", '{"n":2}'),
        ]
        assert service.list_keys(tx, APP, ALICE) == ["cart", "prefs"]

    def test_replace_each_other_whole(self, tx):
        put(tx, "prefs", '{"a":1,"b":2}')
        put(tx, "prefs", '{"c":3}')

        assert service.read_values(tx, APP, ALICE, ("prefs",)) == {"prefs": '{"c":3}'}

    def test_belong_to_one_app_and_one_holder(self, tx):
        put(tx)
        service.delete_value(tx, APP, BOB, "prefs")
        service.delete_value(tx, OTHER_APP, ALICE, "prefs")

        assert service.list_keys(tx, APP, ALICE) == ["prefs"]
        for app, holder in ((APP, BOB), (OTHER_APP, ALICE)):
            assert service.list_keys(tx, app, holder) == []
            assert service.read_values(tx, app, holder, ("prefs",)) == {}

    def test_are_gone_once_deleted_and_may_be_deleted_again(self, tx):
        put(tx)
        service.delete_value(tx, APP, ALICE, "prefs")
        service.delete_value(tx, APP, ALICE, "prefs")

        assert service.read_values(tx, APP, ALICE, ("prefs",)) == {}

    def test_are_256_for_each_user_and_app(self, tx):
        for number in range(MAX_KEYS):
            put(tx, f"key{number}")

        with pytest.raises(UserStoreFull):
            put(tx, "onemore")
        put(tx, "key7", '{"replaced":true}')
        put(tx, "onemore", holder=BOB)
        put(tx, "onemore", app=OTHER_APP)

        service.delete_value(tx, APP, ALICE, "key7")
        put(tx, "onemore")
        assert len(service.list_keys(tx, APP, ALICE)) == MAX_KEYS


class TestManyWritersAtOnce:
    WRITERS = 8

    def written_by(self, number):
        """Return what a writer stores: long enough that a mixture would show."""
        return f'{{"by":{number},"text":"{str(number) * 20_000}"}}'

    def all_at_once(self, write):
        """Let all writers start together."""
        together = threading.Barrier(self.WRITERS)

        def one(number):
            together.wait()
            write(number)

        with ThreadPoolExecutor(self.WRITERS) as writers:
            list(writers.map(one, range(self.WRITERS)))

    def test_leave_the_value_of_one_of_them_whole(self, database):
        def write(number):
            with database.begin() as tx:
                put(tx, "prefs", self.written_by(number))

        self.all_at_once(write)

        with database.begin() as tx:
            left = service.read_values(tx, APP, ALICE, ("prefs",))["prefs"]
        assert left in [self.written_by(number) for number in range(self.WRITERS)]

    def test_leave_the_document_of_one_of_them_whole(self, database):
        def write(number):
            with database.begin() as tx:
                service.store_document(tx, APP, self.written_by(number), now=NOON)

        self.all_at_once(write)

        with database.begin() as tx:
            assert service.read_document(tx, APP) in [self.written_by(number) for number in range(self.WRITERS)]

    def test_the_last_to_come_wins(self, database):
        for number in range(3):
            with database.begin() as tx:
                put(tx, "prefs", self.written_by(number))

        with database.begin() as tx:
            assert service.read_values(tx, APP, ALICE, ("prefs",))["prefs"] == self.written_by(2)
