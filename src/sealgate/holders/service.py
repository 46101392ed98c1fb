"""What can be done with holders, devices and accounts; plain functions in a transaction."""

from datetime import datetime, timedelta

from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.holders import push_store, store
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
from sealgate.holders.events import device_revoked
from sealgate.holders.model import (
    CHALLENGE_LIFETIME_S,
    INVITATION_LIFETIME_S,
    MAX_ACCOUNTS,
    MAX_DEVICES,
    MAX_OPEN_CHALLENGES,
    MAX_OPEN_INVITATIONS,
    Account,
    AccountChallenge,
    Device,
    Invitation,
    NewDevice,
)
from sealgate.holders.ownership import OwnershipProof
from sealgate.infra.tx import Tx

MAX_HOLDERS_SEEN = 100


def register_device(
    tx: Tx,
    new: NewDevice,
    *,
    name: str,
    platform: str,
    invitation: str | None = None,
    pairing_open: bool,
    now: datetime,
) -> Device:
    """Pair a wallet: with the holder who invited it, else with a new holder of its own.

    The same key again gives the same device, so a wallet may repeat a call whose answer it lost; an invitation
    that came with the first call is not asked for twice.

    Raises:
        PairingClosed: no invitation, and the server wants one.
        InvitationUnknown: the invitation is unknown, used or has ended.
        DevicePairedElsewhere: the key belongs to a device of a holder other than the inviting one.
        DeviceRevoked: the key belongs to a revoked device.
        TooManyDevices: the inviting holder has 32 active devices.
    """
    known = store.find_device_by_key(tx, new.public_key)
    if known is not None:
        return _paired_before(tx, known, invitation)
    if invitation is None and not pairing_open:
        raise PairingClosed

    if invitation is None:
        holder_uuid = new_uuid()
        store.insert_holder(tx, holder_uuid, now=now)
    else:
        admitted_to = store.spend_invitation(tx, hash_secret(invitation), now=now)
        if admitted_to is None:
            return _spent_a_moment_ago(tx, new, invitation)
        holder_uuid = admitted_to
        if store.count_active_devices(tx, holder_uuid) >= MAX_DEVICES:
            raise TooManyDevices

    device = Device(new_uuid(), holder_uuid, new.public_key, name, platform, now)
    if store.insert_device(tx, device):
        return device

    if invitation is None:
        store.delete_holder(tx, holder_uuid)
    winner = store.find_device_by_key(tx, new.public_key)
    assert winner is not None
    return _paired_before(tx, winner, invitation)


def invite_device(tx: Tx, device: Device, *, now: datetime) -> Invitation:
    """Make an invitation for one more device of the same holder: one use, ten minutes.

    Raises:
        DeviceRevoked: the inviting device was revoked.
        TooManyInvitations: the holder has ten open ones.
    """
    require_active(tx, device)
    # Ended ones are kept as long again, so that a repeated call of the device that used one is understood.
    store.delete_ended_invitations(tx, device.holder_uuid, before=now - timedelta(seconds=INVITATION_LIFETIME_S))
    if store.count_open_invitations(tx, device.holder_uuid, now=now) >= MAX_OPEN_INVITATIONS:
        raise TooManyInvitations
    invitation = Invitation(new_token(), now + timedelta(seconds=INVITATION_LIFETIME_S))
    store.insert_invitation(
        tx, hash_secret(invitation.secret), device.holder_uuid, device.uuid, expires_at=invitation.expires_at
    )
    return invitation


def find_device(tx: Tx, uuid: str) -> Device | None:
    """Return the device with this UUID, revoked or not."""
    return store.find_device(tx, uuid)


def require_active(tx: Tx, device: Device) -> None:
    """Check inside the transaction that a device still counts, for what must not be done by a revoked one.

    Raises:
        DeviceRevoked: it was revoked since the call was let in.
    """
    present = store.find_device(tx, device.uuid)
    if present is None or not present.is_active:
        raise DeviceRevoked


def devices_of(tx: Tx, holder_uuid: str) -> list[Device]:
    """Return the devices of a holder, oldest first, the revoked ones included."""
    return store.devices_of(tx, holder_uuid)


def has_active_device(tx: Tx, holder_uuid: str) -> bool:
    """Whether anybody could see a request sent to this holder."""
    return store.count_active_devices(tx, holder_uuid) > 0


def revoke_device(tx: Tx, device: Device, device_uuid: str, *, now: datetime) -> int:
    """Revoke a device of the same holder for good and return how many active ones there are left.

    A device may revoke itself, also when it is the last: then nobody can act for this holder any more, and pairing
    again makes a new one. Invitations it made and its push subscription end with it.
    Revoking twice is the same as once.

    Raises:
        DeviceUnknown: the holder has no such device.
        DeviceRevoked: the device that asks was revoked.
    """
    require_active(tx, device)
    holder_uuid = device.holder_uuid
    if store.revoke_device(tx, device_uuid, holder_uuid, now=now):
        store.delete_invitations_by(tx, device_uuid)
        push_store.delete_subscription(tx, device_uuid)
        tx.emit(device_revoked(device_uuid, holder_uuid))
    else:
        known = store.find_device(tx, device_uuid)
        if known is None or known.holder_uuid != holder_uuid:
            raise DeviceUnknown
    return store.count_active_devices(tx, holder_uuid)


def challenge_account(tx: Tx, device: Device, *, issuer: str, now: datetime) -> AccountChallenge:
    """Hand out the nonce of an ownership proof: one use, five minutes, this device only.

    The nonce begins with the issuer and `#`, so that a wallet can refuse one that another server passes on.

    Raises:
        DeviceRevoked: the device was revoked.
        TooManyChallenges: the device has twenty open ones.
    """
    require_active(tx, device)
    store.delete_ended_challenges(tx, device.uuid, now=now)
    if store.count_challenges(tx, device.uuid) >= MAX_OPEN_CHALLENGES:
        raise TooManyChallenges
    challenge = AccountChallenge(f"{issuer}#{new_token()}", now + timedelta(seconds=CHALLENGE_LIFETIME_S))
    store.insert_challenge(tx, hash_secret(challenge.nonce), device.uuid, expires_at=challenge.expires_at)
    return challenge


def add_account(tx: Tx, device: Device, proof: OwnershipProof, *, now: datetime) -> bool:
    """Add a proved account to the device's holder. False when it was there already.

    The same account may be added by several holders: whoever holds its key may.

    Raises:
        DeviceRevoked: the device was revoked.
        ChallengeUnknown: the nonce is unknown, used, of another device or has ended.
        TooManyAccounts: the holder has a hundred.
    """
    require_active(tx, device)
    if not store.spend_challenge(tx, proof.nonce_hash, device.uuid, now=now):
        raise ChallengeUnknown
    added = store.insert_account(tx, device.holder_uuid, Account(proof.address, proof.public_key, now))
    if added and len(store.accounts_of(tx, device.holder_uuid)) > MAX_ACCOUNTS:
        raise TooManyAccounts
    return added


def accounts_of(tx: Tx, holder_uuid: str) -> list[Account]:
    """Return the accounts of a holder in the order they were added."""
    return store.accounts_of(tx, holder_uuid)


def holders_of_account(tx: Tx, address: str) -> list[str]:
    """Return the UUIDs of the holders who have proved an account, the latest first, at most a hundred."""
    return store.holders_of_account(tx, address, limit=MAX_HOLDERS_SEEN)


def remove_account(tx: Tx, device: Device, address: str) -> None:
    """Remove an account of the device's holder; what it has signed stays signed.

    Raises:
        DeviceRevoked: the device was revoked.
        AccountUnknown: it is not among the holder's.
    """
    require_active(tx, device)
    if not store.delete_account(tx, device.holder_uuid, address):
        raise AccountUnknown


def _paired_before(tx: Tx, device: Device, invitation: str | None) -> Device:
    if not device.is_active:
        raise DeviceRevoked
    if invitation is not None:
        inviting = store.find_invitation_holder(tx, hash_secret(invitation))
        if inviting is not None and inviting != device.holder_uuid:
            raise DevicePairedElsewhere
    return device


def _spent_a_moment_ago(tx: Tx, new: NewDevice, invitation: str) -> Device:
    # Two copies of one call: the other spent the invitation while this one waited for it.
    winner = store.find_device_by_key(tx, new.public_key)
    if winner is None:
        raise InvitationUnknown
    return _paired_before(tx, winner, invitation)
