"""Settings: one frozen object from the environment (`SEALGATE_*`) and one TOML file; nothing else is read.

The environment wins over the file. `docs/settings.md` is generated from the field descriptions here.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from sealgate.base.errors import SealgateError


def _field(description: str) -> msgspec.Meta:
    return msgspec.Meta(description=description)


class SettingsInvalid(SealgateError):
    """A setting has a value the server cannot use, or its name is not known."""

    code = "settings"
    message = "A setting is not usable."


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator can set. Units are in the names: `_s` seconds, `_bytes`, `_days`."""

    public_url: Annotated[
        str, _field("Origin that people and apps reach the server under, without a trailing slash.")
    ] = "http://localhost:8080"
    issuer: Annotated[str, _field("Issuer in tokens and metadata; empty means the public URL.")] = ""
    host: Annotated[str, _field("Address the server listens on.")] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535, description="Port the server listens on.")] = 8080
    tls_cert: Annotated[str, _field("PEM file with the certificate chain, where the server itself speaks TLS.")] = ""
    tls_key: Annotated[str, _field("PEM file with the private key for `tls_cert`.")] = ""
    trusted_proxies: Annotated[
        tuple[str, ...], _field("Addresses or networks whose X-Forwarded-* headers are believed.")
    ] = ()

    data_dir: Annotated[str, _field("Folder for the SQLite database and the key files.")] = ".sealgate"
    database_url: Annotated[str, _field("`postgresql://…`, or empty for SQLite in the data folder.")] = ""
    database_pool: Annotated[int, msgspec.Meta(ge=1, le=64, description="Connections kept to PostgreSQL.")] = 8
    write_queue: Annotated[int, msgspec.Meta(ge=1, description="Writes that may wait; more are answered with 503.")] = (
        2048
    )
    redis_url: Annotated[
        str, _field("`redis://…` where several processes share events and counters; empty for one process.")
    ] = ""

    master_key: Annotated[
        str,
        _field(
            "32 bytes as 64 hex characters that seal stored secrets; several, newest first, separated by commas, "
            "while rotating. Empty: a 0600 file in the data folder."
        ),
    ] = ""
    admin_token: Annotated[
        str, _field("Bearer token of the admin API; empty switches that API off, except under `dev`, which makes one.")
    ] = ""

    dev: Annotated[
        bool, _field("The sandbox: loopback targets allowed, no secure-cookie demand. Set by `sealgate dev`.")
    ] = False
    rate_limits: Annotated[bool, _field("Count calls per app and minute and answer 429 above the limit.")] = True
    calls_per_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Platform calls an app may make in a sliding minute.")
    ] = 200
    payloads_per_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Sign requests an app may create in a sliding minute.")
    ] = 30
    pushes_per_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Pushes an app may send in a sliding minute, to everybody together.")
    ] = 60
    pushes_per_user_minute: Annotated[
        int, msgspec.Meta(ge=1, description="Pushes an app may send to one user in a sliding minute.")
    ] = 10
    push_contact: Annotated[
        str,
        _field(
            "`mailto:…` or `https://…` by which a push service can reach the operator. Empty: the public URL, if https."
        ),
    ] = ""
    pairing: Annotated[
        Literal["open", "closed"], _field("Whether a new wallet may register without an invitation.")
    ] = "open"

    outbound_networks: Annotated[
        tuple[str, ...],
        _field(
            "Networks of your own that webhooks and pushes may reach although they are not public, such as "
            "10.20.0.0/16. Whoever may register an app can then have the server call every address in them."
        ),
    ] = ()

    webhook_waits_s: Annotated[
        tuple[Annotated[float, msgspec.Meta(ge=0.05, le=259_200)], ...],
        _field(
            "Seconds to wait before the second attempt at a webhook, the third and so on, after which it is given up. "
            "Empty: what the app chose."
        ),
    ] = ()
    outbox_lease_s: Annotated[
        float,
        msgspec.Meta(
            ge=1,
            le=600,
            description="Seconds after which others send what a process had begun to send that does not live any more.",
        ),
    ] = 10.0
    outbox_in_server: Annotated[
        bool,
        _field(
            "Whether servers send webhooks and pushes. Off on PostgreSQL, workers alone do (`sealgate worker`); on "
            "SQLite it has no effect."
        ),
    ] = True
    delivery_days: Annotated[
        int, msgspec.Meta(ge=1, description="Days that events and deliveries with their attempts are kept.")
    ] = 30

    networks_file: Annotated[
        str, _field("TOML file with networks of your own, or with other nodes and explorers for the known ones.")
    ] = ""
    nodes: Annotated[
        tuple[str, ...],
        _field(
            "Ledger nodes that this server asks, as `KEY=url` with ws, wss, http or https. Empty: it asks none, and "
            "what becomes of a signed transaction stays unknown. An address that you give here may be a private one."
        ),
    ] = ()
    node_agreement: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=8,
            description="Nodes of a network that must say the same before it is taken for the outcome of a "
            "transaction; all, where a network has fewer.",
        ),
    ] = 2

    rates_file: Annotated[
        str,
        _field(
            'JSON file with exchange rates: `{"currencies": {"EUR": 1.08}, "assets": {"XRP": 0.52}}`, prices in '
            "US dollars. Read again when it changes."
        ),
    ] = ""
    curated_assets_file: Annotated[
        str, _field("JSON file with the issuers and currencies that the operator vouches for.")
    ] = ""
    hook_hashes_file: Annotated[str, _field("JSON file that describes hooks by their hash.")] = ""
    accounts_file: Annotated[
        str, _field("JSON file with what the operator says of accounts: name, domain, blocked, kyc_approved.")
    ] = ""
    lookups_plugin: Annotated[
        str, _field("Python module whose functions `rates` and `kyc_status` answer in the files' stead.")
    ] = ""

    qr_content: Annotated[str, _field("What the QR code of a sign request holds; {base} and {uuid} are replaced.")] = (
        "{base}/sign/{uuid}"
    )
    app_link: Annotated[str, _field("Link behind *open in wallet*; {base} and {uuid} are replaced.")] = (
        "sealgate://{uuid}"
    )

    web_wallet: Annotated[bool, _field("Serve the web wallet at `/wallet`, and offer it on the sign page.")] = True
    wallet_name: Annotated[
        str, msgspec.Meta(min_length=1, max_length=30, description="What the web wallet is called.")
    ] = "Sealgate"
    wallet_accent: Annotated[
        str,
        msgspec.Meta(
            pattern="^(#[0-9a-fA-F]{6})?$",
            description="Colour of what is pressed in the web wallet, `#rrggbb`; made darker or lighter where it could "
            "not be read.",
        ),
    ] = ""
    wallet_logo: Annotated[
        str,
        _field(
            "Picture of the web wallet, also when it is installed: a square PNG, JPEG or WebP of 512 pixels or more."
        ),
    ] = ""

    xapp_link: Annotated[
        str, _field("Link behind *open in wallet* of an xApp; {base} and {id} are replaced, parameters follow.")
    ] = "sealgate://xapp/{id}"
    xapp_review: Annotated[
        bool, _field("Publishing an xApp waits for the operator: `sealgate app list-xapp` opens it to everybody.")
    ] = False
    one_time_token_s: Annotated[
        int, msgspec.Meta(ge=10, le=600, description="Seconds in which an xApp must fetch its one-time token.")
    ] = 120

    max_body_bytes: Annotated[int, msgspec.Meta(ge=1024, description="Largest request body that is read.")] = 262_144
    max_json_depth: Annotated[int, msgspec.Meta(ge=4, description="Deepest nesting of a JSON body.")] = 32
    mail_domain: Annotated[
        str,
        _field(
            "Domain of the e-mail addresses made up for the people who sign in. Empty: old clients get one that never "
            "receives mail, OpenID Connect clients none."
        ),
    ] = ""

    deeplink_strict: Annotated[
        bool,
        _field(
            "A sign-in whose wallet was opened by a link goes on only where the wallet leads back to. Off, for wallets "
            "that never do, it goes on where it began: then who was sent the link by a stranger signs that one in."
        ),
    ] = True

    call_log_days: Annotated[int, msgspec.Meta(ge=1, description="Days the call log is kept.")] = 30
    user_token_days: Annotated[
        int, msgspec.Meta(ge=1, description="Days a user token lives after the last signing.")
    ] = 30
    refresh_idle_days: Annotated[
        int, msgspec.Meta(ge=1, le=365, description="Days after which an unused refresh token ends.")
    ] = 30
    refresh_max_days: Annotated[
        int, msgspec.Meta(ge=1, le=3650, description="Days after the sign-in when refreshing ends for good.")
    ] = 90
    shutdown_s: Annotated[int, msgspec.Meta(ge=1, description="Seconds running calls get to finish after SIGTERM.")] = (
        20
    )

    log_style: Annotated[Literal["json", "console"], _field("Form of the log lines.")] = "json"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _field("Least important level that is written.")
    ] = "info"

    @property
    def issuer_url(self) -> str:
        """The issuer, or the public URL where none is set."""
        return self.issuer or self.public_url

    @property
    def websocket_url(self) -> str:
        """The public URL with `ws` or `wss` for its scheme."""
        return "ws" + self.public_url.removeprefix("http")

    @property
    def sqlalchemy_url(self) -> str:
        """The database as SQLAlchemy names it: psycopg 3 for PostgreSQL, a file in the data folder for SQLite."""
        if self.database_url:
            return "postgresql+psycopg" + self.database_url[self.database_url.index("://") :]
        return f"sqlite:///{Path(self.data_dir) / 'sealgate.db'}"


_LISTS = ("trusted_proxies", "outbound_networks", "webhook_waits_s", "nodes")


def load_settings(
    environ: Mapping[str, str] | None = None, *, file: Path | None = None, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Read the settings: `overrides` (the command line) over the environment over the file over the defaults.

    Args:
        environ: Environment variables, `os.environ` when None. Lists are separated by commas.
        file: TOML file, else the one named by SEALGATE_CONFIG, else none.
        overrides: Values by field name; None means not given.

    Raises:
        SettingsInvalid: a value does not fit, or the file has an unknown name; the message says which.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    named = file or (Path(environ["SEALGATE_CONFIG"]) if environ.get("SEALGATE_CONFIG") else None)
    if named is not None:
        try:
            values.update(tomllib.loads(named.read_text()))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise SettingsInvalid(message=f"The settings file {named} cannot be read: {problem}") from None
    for field in msgspec.structs.fields(Settings):
        text = environ.get(f"SEALGATE_{field.name.upper()}")
        if text is not None:
            values[field.name] = (
                [part.strip() for part in text.split(",") if part.strip()] if field.name in _LISTS else text
            )
    values.update({name: value for name, value in (overrides or {}).items() if value is not None})
    for name in ("public_url", "issuer"):
        if isinstance(values.get(name), str):
            values[name] = values[name].rstrip("/")
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as problem:
        raise SettingsInvalid(message=f"The settings are not usable: {problem}.") from None
    for name in ("public_url", "issuer_url"):
        if not getattr(settings, name).startswith(("http://", "https://")):
            raise SettingsInvalid(message=f"The settings are not usable: {name} must start with http:// or https://.")
    if settings.public_url.count("/") > 2 or not settings.public_url.isascii():
        raise SettingsInvalid(
            message="The settings are not usable: public_url must be an origin without a path: https://sign.example"
        )
    return settings
