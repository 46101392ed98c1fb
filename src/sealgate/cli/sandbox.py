"""What `sealgate dev` starts with: a developer, a demo app, and the wallet "alice", who is that developer."""

from datetime import datetime
from pathlib import Path

import msgspec

from sealgate.apps import service as apps
from sealgate.apps.model import GRANT_TYPES, AppDraft, Redirect
from sealgate.base.settings import Settings
from sealgate.cli.wallet.keystore import Keystore, Pairing
from sealgate.cli.wallet.signing import ownership_proof
from sealgate.cli.wallet.wallets import OpenWallet, make_wallet, open_wallet
from sealgate.console import service as developers
from sealgate.devtools.seed import capture, has_seed, write_seed
from sealgate.holders import service as holders
from sealgate.holders.model import Device, NewDevice
from sealgate.holders.ownership import check_ownership
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database, Tx
from sealgate.infra.sealing import Sealer
from sealgate.tokens.view_key import open_view_keys

# Open to every way of signing in, from pages and programs on this machine: what a developer tries first works.
_HERE = tuple(
    f"http://{host}/{path}" for host in ("localhost", "127.0.0.1") for path in ("", "callback", "cb", "auth/callback")
)
DEMO_APP = AppDraft(
    name="Demo app",
    description="Made by sealgate dev, for trying things out",
    redirects=(*(Redirect(uri, "loopback") for uri in _HERE), *(Redirect(uri, "origin") for uri in _HERE)),
    post_logout_redirect_uris=_HERE,
    grant_types=GRANT_TYPES,
    allow_implicit=True,
    public_pkce=True,
    require_pkce=False,
    xapp_push=True,
)
ALICE = "alice"


class Sandbox(msgspec.Struct, frozen=True):
    """What a developer needs to begin."""

    api_key: str
    api_secret: str
    account: str
    wallet_dir: Path

    def __repr__(self) -> str:
        return f"Sandbox(api_key={self.api_key!r}, api_secret=[withheld])"


def prepare_sandbox(settings: Settings, *, now: datetime) -> Sandbox:
    """Make what the sandbox lacks and return what it has. Repeating it changes nothing.

    The demo app is the oldest one; when its secret was rotated, the newest live secret is returned.
    """
    keystore = Keystore(Path(settings.data_dir) / "wallets", ask_passphrase=lambda _name: "")
    keystore.make_key_file()
    alice = (
        open_wallet(keystore, ALICE) if ALICE in keystore.names() else make_wallet(keystore, ALICE, algorithm="ed25519")
    )

    folder = Path(settings.data_dir)
    sealer = Sealer.from_settings(settings)
    database = Database.open(settings, LocalBus())
    with database.begin() as tx:
        sealer.load_pepper(tx)
        device = _pair(tx, alice, issuer=settings.issuer_url, now=now)
        view_key = open_view_keys(tx, sealer, now=now).current.x
        account = alice.file.account
        developers.add_developer(tx, account, name=ALICE, operator=True, now=now)
        api_key, api_secret = _demo_app(tx, sealer, owner=account, now=now)
        seed = None if has_seed(folder) else capture(tx)
    database.engine.dispose()
    if seed is not None:
        write_seed(seed, folder)

    pairing = Pairing(
        settings.public_url, settings.public_url, settings.issuer_url, device.uuid, device.holder_uuid, view_key
    )
    if alice.file.pairing != pairing:
        keystore.store(msgspec.structs.replace(alice.file, pairing=pairing))
    return Sandbox(api_key, api_secret, alice.file.account, keystore.folder)


def _pair(tx: Tx, alice: OpenWallet, *, issuer: str, now: datetime) -> Device:
    key = NewDevice(bytes(alice.device_key.verify_key))
    device = holders.register_device(tx, key, name=ALICE, platform="cli", pairing_open=True, now=now)
    account = alice.file.account
    if all(known.address != account for known in holders.accounts_of(tx, device.holder_uuid)):
        challenge = holders.challenge_account(tx, device, issuer=issuer, now=now)
        proof = ownership_proof(alice.keys, user=device.holder_uuid, device=device.uuid, nonce=challenge.nonce)
        holders.add_account(tx, device, check_ownership(device, account, proof), now=now)
    return device


def _demo_app(tx: Tx, sealer: Sealer, *, owner: str, now: datetime) -> tuple[str, str]:
    known = apps.list_apps(tx, limit=1)
    if not known:
        made = apps.create_app(tx, sealer, DEMO_APP, owner=owner, now=now)
        developers.add_owner(tx, made.app.uuid, owner, now=now)
        return made.app.uuid, made.secret.text
    newest = apps.live_secrets(tx, known[0].uuid, now=now)[0]
    return known[0].uuid, apps.open_secret(sealer, newest)
