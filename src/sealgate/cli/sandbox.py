"""What `sealgate dev` starts with: a developer, a demo app, and the wallet "alice", who is that developer."""

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec
from nacl.signing import SigningKey

from sealgate.apps import service as apps
from sealgate.apps.model import AppDraft
from sealgate.base.settings import Settings
from sealgate.cli.environment import Environment
from sealgate.cli.wallet.keystore import Keystore, Pairing
from sealgate.cli.wallet.wallets import OpenWallet, make_wallet, open_wallet, ownership_proof
from sealgate.holders import service as holders
from sealgate.holders.model import Device, NewDevice
from sealgate.holders.ownership import check_proof
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.tokens.view_key import open_view_keys

DEMO_APP = AppDraft(name="Demo app", description="Made by sealgate dev, for trying things out")
ALICE = "alice"


class Sandbox(msgspec.Struct, frozen=True):
    """What a developer needs to begin."""

    api_key: str
    api_secret: str
    account: str
    wallet_dir: Path


def prepare_sandbox(settings: Settings, *, now: datetime) -> Sandbox:
    """Make what the sandbox lacks and return what it has. Repeating it changes nothing.

    The demo app is the oldest one; when its secret was rotated, the newest live secret is returned.
    """
    keystore = Keystore(Path(settings.data_dir) / "wallets", ask_passphrase=lambda _name: "")
    keystore.make_key_file()
    if ALICE not in keystore.names():
        make_wallet(keystore, ALICE, algorithm="ed25519")
    alice = open_wallet(keystore, ALICE)

    sealer = Sealer.from_settings(settings)
    database = Database.open(settings, LocalBus())
    with database.begin() as tx:
        device = holders.register_device(
            tx, NewDevice(bytes(alice.device_key.verify_key)), name=ALICE, platform="cli", pairing_open=True, now=now
        )
        _prove_account(tx, alice, device, issuer=settings.issuer_url, now=now)
        view_key = open_view_keys(tx, sealer, now=now).current.x
        api_key, api_secret = _demo_app(tx, sealer, owner=device.holder_uuid, now=now)

    pairing = Pairing(settings.public_url, settings.public_url, device.uuid, device.holder_uuid, view_key)
    if alice.file.pairing != pairing:
        keystore.store(msgspec.structs.replace(alice.file, pairing=pairing))
    return Sandbox(api_key, api_secret, alice.file.account, keystore.folder)
