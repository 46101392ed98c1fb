"""Holders, devices, invitations, accounts: the same on both engines."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from secrets import token_bytes

import pytest

from sealgate.base.ids import hash_secret, new_uuid
from sealgate.holders import service, store
from sealgate.holders.directory import REMEMBERED_S, DeviceDirectory
from sealgate.holders.errors import (
    AccountUnknown,
    ChallengeUnknown,
    DevicePairedElsewhere,
    DeviceRevoked,
    DeviceUnknown,
    InvitationUnknown,
    PairingClosed,
    TooManyAccounts,
    TooManyChallenges,
    TooManyDevices,
    TooManyInvitations,
)
from sealgate.holders.model import (
    CHALLENGE_LIFETIME_S,
    INVITATION_LIFETIME_S,
    MAX_ACCOUNTS,
    MAX_DEVICES,
    MAX_OPEN_CHALLENGES,
    MAX_OPEN_INVITATIONS,
    Account,
    Device,
    NewDevice,
)
from sealgate.holders.ownership import OwnershipProof
from sealgate.infra.tx import Tx
from tests.conftest import NOON

ISSUER = "https://sign.example"


def pair(tx: Tx, *, key: bytes | None = None, invitation: str | None = None, pairing_open: bool = True) -> Device:
    """Pair a device at noon."""
    return service.register_device(
        tx,
        NewDevice(key or token_bytes(32)),
        name="a phone",
        platform="ios",
        invitation=invitation,
        pairing_open=pairing_open,
        now=NOON,
    )


def later(seconds: float):
    """Return noon and some seconds."""
    return NOON + timedelta(seconds=seconds)


class TestRegisterDevice:
    def test_gives_every_new_key_a_holder_of_its_own(self, tx):
        one, other = pair(tx), pair(tx)

        assert one.holder_uuid != other.holder_uuid
        assert service.find_device(tx, one.uuid) == one

    def test_gives_the_same_key_the_same_device(self, tx):
        key = token_bytes(32)

        assert pair(tx, key=key) == pair(tx, key=key)

    def test_wants_an_invitation_where_pairing_is_closed(self, tx):
        with pytest.raises(PairingClosed):
            pair(tx, pairing_open=False)

    def test_lets_a_known_key_repeat_its_call_where_pairing_is_closed(self, tx):
        key = token_bytes(32)
        first = pair(tx, key=key)

        assert pair(tx, key=key, pairing_open=False) == first

    def test_refuses_the_key_of_a_revoked_device(self, tx):
        key = token_bytes(32)
        device = pair(tx, key=key)
        service.revoke_device(tx, device, device.uuid, now=NOON)

        with pytest.raises(DeviceRevoked):
            pair(tx, key=key)

    def test_makes_one_device_and_one_holder_however_many_calls_bring_the_same_key(self, database):
        key = token_bytes(32)

        def register(_):
            with database.begin() as tx:
                device = pair(tx, key=key)
                time.sleep(0.05)  # hold the transaction open, so that they overlap
                return device

        with ThreadPoolExecutor(6) as six:
            devices = {(device.uuid, device.holder_uuid) for device in six.map(register, range(6))}

        assert len(devices) == 1


class TestInvitation:
    def test_joins_a_second_device_to_the_same_holder(self, tx):
        first = pair(tx)
        invitation = service.invite_device(tx, first, now=NOON)

        second = pair(tx, invitation=invitation.secret, pairing_open=False)

        assert second.holder_uuid == first.holder_uuid
        assert [device.uuid for device in service.devices_of(tx, first.holder_uuid)] == [first.uuid, second.uuid]

    def test_is_used_once(self, tx):
        invitation = service.invite_device(tx, pair(tx), now=NOON)
        pair(tx, invitation=invitation.secret)

        with pytest.raises(InvitationUnknown):
            pair(tx, invitation=invitation.secret)

    def test_is_used_once_however_many_ask(self, database):
        with database.begin() as tx:
            invitation = service.invite_device(tx, pair(tx), now=NOON)

        def join(_):
            try:
                with database.begin() as tx:
                    device = pair(tx, invitation=invitation.secret)
                    time.sleep(0.05)
                    return device.uuid
            except InvitationUnknown:
                return None

        with ThreadPoolExecutor(8) as eight:
            joined = [uuid for uuid in eight.map(join, range(8)) if uuid is not None]

        assert len(joined) == 1

    def test_may_be_named_again_by_the_device_that_used_it(self, tx):
        invitation = service.invite_device(tx, pair(tx), now=NOON)
        key = token_bytes(32)
        joined = pair(tx, key=key, invitation=invitation.secret)

        assert pair(tx, key=key, invitation=invitation.secret) == joined

    def test_is_answered_to_both_copies_of_one_call(self, database):
        with database.begin() as tx:
            invitation = service.invite_device(tx, pair(tx), now=NOON)
        key = token_bytes(32)

        def join(_):
            with database.begin() as tx:
                device = pair(tx, key=key, invitation=invitation.secret)
                time.sleep(0.05)
                return device.uuid

        with ThreadPoolExecutor(4) as four:
            assert len(set(four.map(join, range(4)))) == 1

    def test_counts_until_just_before_ten_minutes(self, tx):
        invitation = service.invite_device(tx, pair(tx), now=NOON)
        secret_hash = hash_secret(invitation.secret)

        assert store.spend_invitation(tx, secret_hash, now=later(INVITATION_LIFETIME_S)) is None
        assert store.spend_invitation(tx, secret_hash, now=later(INVITATION_LIFETIME_S - 0.001)) is not None

    def test_is_left_unused_by_a_key_that_belongs_to_somebody_else(self, tx):
        invitation = service.invite_device(tx, pair(tx), now=NOON)
        key = token_bytes(32)
        pair(tx, key=key)

        with pytest.raises(DevicePairedElsewhere):
            pair(tx, key=key, invitation=invitation.secret)
        assert pair(tx, invitation=invitation.secret).is_active

    def test_ends_with_the_device_that_made_it(self, tx):
        first = pair(tx)
        invitation = service.invite_device(tx, first, now=NOON)
        service.revoke_device(tx, first, first.uuid, now=NOON)

        with pytest.raises(InvitationUnknown):
            pair(tx, invitation=invitation.secret)

    def test_is_stored_as_its_hash_only(self, tx):
        invitation = service.invite_device(tx, pair(tx), now=NOON)

        stored = tx.exec_driver_sql("SELECT secret_hash FROM device_invitations").scalar_one()
        assert bytes(stored) == sha256(invitation.secret.encode()).digest()

    def test_refuses_an_unknown_one(self, tx):
        with pytest.raises(InvitationUnknown):
            pair(tx, invitation="guessed")

    def test_there_are_ten_open_ones_at_most(self, tx):
        first = pair(tx)
        for _ in range(MAX_OPEN_INVITATIONS):
            service.invite_device(tx, first, now=NOON)

        with pytest.raises(TooManyInvitations):
            service.invite_device(tx, first, now=NOON)
        service.invite_device(tx, first, now=later(INVITATION_LIFETIME_S))

    def test_does_not_add_a_device_too_many(self, database):
        with database.begin() as tx:
            first = pair(tx)
            for _ in range(MAX_DEVICES - 1):
                device = Device(new_uuid(), first.holder_uuid, token_bytes(32), "x", "x", NOON)
                store.insert_device(tx, device)
            invitation = service.invite_device(tx, first, now=NOON)

        with pytest.raises(TooManyDevices), database.begin() as tx:
            pair(tx, invitation=invitation.secret)


class TestRevokeDevice:
    def test_tells_every_process(self, tx):
        first = pair(tx)

        assert service.revoke_device(tx, first, first.uuid, now=NOON) == 0

        assert [(event.topic, event.kind, event.data["uuid"]) for event in tx.events] == [
            ("devices", "revoked", first.uuid)
        ]

    def test_leaves_nobody_when_the_last_one_goes(self, tx):
        first = pair(tx)

        service.revoke_device(tx, first, first.uuid, now=NOON)

        assert not service.has_active_device(tx, first.holder_uuid)

    def test_may_be_repeated_from_another_device(self, tx):
        first = pair(tx)
        second = pair(tx, invitation=service.invite_device(tx, first, now=NOON).secret)

        assert service.revoke_device(tx, first, second.uuid, now=NOON) == 1
        assert service.revoke_device(tx, first, second.uuid, now=later(1)) == 1

        found = service.find_device(tx, second.uuid)
        assert found is not None
        assert found.revoked_at == NOON
        assert len(tx.events) == 1

    def test_does_not_reach_the_devices_of_others(self, tx):
        mine, theirs = pair(tx), pair(tx)

        with pytest.raises(DeviceUnknown):
            service.revoke_device(tx, mine, theirs.uuid, now=NOON)
        assert service.has_active_device(tx, theirs.holder_uuid)

    def test_ends_everything_the_device_may_do(self, tx):
        first = pair(tx)
        service.revoke_device(tx, first, first.uuid, now=NOON)

        with pytest.raises(DeviceRevoked):
            service.require_active(tx, first)
        with pytest.raises(DeviceRevoked):
            service.invite_device(tx, first, now=NOON)
        with pytest.raises(DeviceRevoked):
            service.challenge_account(tx, first, issuer=ISSUER, now=NOON)
        with pytest.raises(DeviceRevoked):
            service.revoke_device(tx, first, first.uuid, now=NOON)


def proof_for(tx: Tx, device: Device, address: str = "rAlice", *, now=NOON) -> OwnershipProof:
    """Return a checked proof with a fresh nonce."""
    challenge = service.challenge_account(tx, device, issuer=ISSUER, now=now)
    return OwnershipProof(address, "ED" + "00" * 32, sha256(challenge.nonce.encode()).digest())


class TestAccounts:
    def test_are_added_with_a_fresh_nonce(self, tx):
        device = pair(tx)

        assert service.add_account(tx, device, proof_for(tx, device), now=NOON)

        assert service.accounts_of(tx, device.holder_uuid) == [Account("rAlice", "ED" + "00" * 32, NOON)]

    def test_are_added_once(self, tx):
        device = pair(tx)
        service.add_account(tx, device, proof_for(tx, device), now=NOON)

        assert not service.add_account(tx, device, proof_for(tx, device), now=NOON)
        assert len(service.accounts_of(tx, device.holder_uuid)) == 1

    def test_may_be_shared_by_two_holders(self, tx):
        one, other = pair(tx), pair(tx)

        assert service.add_account(tx, one, proof_for(tx, one), now=NOON)
        assert service.add_account(tx, other, proof_for(tx, other), now=NOON)

    def test_are_removed_from_one_holder_only(self, tx):
        one, other = pair(tx), pair(tx)
        service.add_account(tx, one, proof_for(tx, one), now=NOON)
        service.add_account(tx, other, proof_for(tx, other), now=NOON)

        service.remove_account(tx, one, "rAlice")

        assert service.accounts_of(tx, one.holder_uuid) == []
        assert len(service.accounts_of(tx, other.holder_uuid)) == 1
        with pytest.raises(AccountUnknown):
            service.remove_account(tx, one, "rAlice")

    def test_stop_at_a_hundred(self, database):
        with database.begin() as tx:
            device = pair(tx)
            for number in range(MAX_ACCOUNTS):
                store.insert_account(tx, device.holder_uuid, Account(f"r{number}", "ED", NOON))
            proof = proof_for(tx, device)

        with pytest.raises(TooManyAccounts), database.begin() as tx:
            service.add_account(tx, device, proof, now=NOON)
        with database.begin() as tx:
            assert len(service.accounts_of(tx, device.holder_uuid)) == MAX_ACCOUNTS


class TestChallenge:
    def test_names_the_server_it_is_for(self, tx):
        challenge = service.challenge_account(tx, pair(tx), issuer=ISSUER, now=NOON)

        assert challenge.nonce.startswith("https://sign.example#")
        assert len(challenge.nonce) == len("https://sign.example#") + 43

    def test_is_used_once_however_many_ask(self, database):
        with database.begin() as tx:
            device = pair(tx)
            proof = proof_for(tx, device)

        def spend(_):
            with database.begin() as tx:
                won = store.spend_challenge(tx, proof.nonce_hash, device.uuid, now=NOON)
                time.sleep(0.05)
                return won

        with ThreadPoolExecutor(8) as eight:
            assert sorted(eight.map(spend, range(8))) == [False] * 7 + [True]

    def test_counts_for_the_device_that_asked(self, tx):
        one, other = pair(tx), pair(tx)

        with pytest.raises(ChallengeUnknown):
            service.add_account(tx, other, proof_for(tx, one), now=NOON)

    def test_is_refused_at_the_second_it_ends(self, tx):
        device = pair(tx)
        proof = proof_for(tx, device)

        with pytest.raises(ChallengeUnknown):
            service.add_account(tx, device, proof, now=later(CHALLENGE_LIFETIME_S))
        assert service.add_account(tx, device, proof, now=later(CHALLENGE_LIFETIME_S - 0.001))

    def test_there_are_twenty_open_ones_at_most(self, tx):
        device = pair(tx)
        for _ in range(MAX_OPEN_CHALLENGES):
            service.challenge_account(tx, device, issuer=ISSUER, now=NOON)

        with pytest.raises(TooManyChallenges):
            service.challenge_account(tx, device, issuer=ISSUER, now=NOON)
        service.challenge_account(tx, device, issuer=ISSUER, now=later(CHALLENGE_LIFETIME_S))


@pytest.mark.anyio
class TestDirectory:
    async def test_forgets_a_device_when_the_news_of_its_revocation_comes(self, live_database, bus):
        device = await live_database.write(pair)
        directory, listening = DeviceDirectory(live_database, bus), asyncio.Event()
        following = asyncio.create_task(directory.follow(listening.set))
        await listening.wait()
        assert await directory.find(device.uuid, now=NOON) == device

        await live_database.write(service.revoke_device, device, device.uuid, now=NOON)
        await asyncio.sleep(0.05)  # the news is handled by another task

        assert await directory.find(device.uuid, now=NOON) is None
        following.cancel()

    async def test_believes_its_memory_for_half_a_minute_without_news(self, live_database, bus):
        device = await live_database.write(pair)
        directory = DeviceDirectory(live_database, bus)
        await directory.find(device.uuid, now=NOON)
        await live_database.write(service.revoke_device, device, device.uuid, now=NOON)

        assert await directory.find(device.uuid, now=later(REMEMBERED_S - 1)) is not None
        assert await directory.find(device.uuid, now=later(REMEMBERED_S)) is None

    async def test_forgets_at_once_when_told(self, live_database, bus):
        device = await live_database.write(pair)
        directory = DeviceDirectory(live_database, bus)
        await directory.find(device.uuid, now=NOON)
        await live_database.write(service.revoke_device, device, device.uuid, now=NOON)

        directory.forget(device.uuid)

        assert await directory.find(device.uuid, now=NOON) is None

    async def test_knows_no_device_that_does_not_exist(self, live_database, bus):
        directory = DeviceDirectory(live_database, bus)

        assert await directory.find("00000000-0000-4000-8000-000000000000", now=NOON) is None
