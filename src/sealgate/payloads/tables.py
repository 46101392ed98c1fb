"""The tables of sign requests. Only `store.py` and the migrations read this module.

A payload's row is small and keyed by a rising integer, its never-changing terms are one document, and what the wallet
reported lies in a table of its own: so a create is one insert, and its cost does not grow with the number stored.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sealgate.infra.schema import Json, Moment, Uuid, metadata, partial_index

_Key = BigInteger().with_variant(Integer, "sqlite")

payloads = Table(
    "payloads",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    # No foreign key: checking it would put a second index look-up on the hottest write, and apps are never deleted.
    Column("app_uuid", Uuid, nullable=False),
    Column("identifier", String(40)),
    Column("holder_uuid", Uuid),
    Column("pushed", Boolean, nullable=False),
    Column("terms", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("web_opened_at", Moment),
    Column("opened_at", Moment),
    Column("opened_by_deeplink", Boolean),
    Column("cancelled_at", Moment),
    Column("resolved_at", Moment),
    # True while the app waits to hear of the expiry, False once it was told; NULL where it never asked.
    Column("tell_expiry", Boolean),
    # True for an xApp's notification that is on nobody's list; NULL for everything else.
    Column("unlisted", Boolean),
    # For the pages that list an app's requests. The id rises, so what is new goes to the end of the app's part.
    Index("ix_payloads_app_uuid_id", "app_uuid", "id"),
)
partial_index("ix_payloads_tell_expiry", payloads.c.expires_at, where=payloads.c.tell_expiry)
partial_index(
    "uq_payloads_app_uuid_identifier",
    payloads.c.app_uuid,
    payloads.c.identifier,
    unique=True,
    where=payloads.c.identifier.is_not(None),
)
partial_index(
    "ix_payloads_pending",
    payloads.c.holder_uuid,
    payloads.c.expires_at,
    where=payloads.c.holder_uuid.is_not(None) & payloads.c.resolved_at.is_(None) & payloads.c.cancelled_at.is_(None),
)
# What a wallet missed while its stream was down. Requests that were scanned have no holder and are in neither.
for _column in (payloads.c.resolved_at, payloads.c.cancelled_at):
    partial_index(
        f"ix_payloads_holder_{_column.name}",
        payloads.c.holder_uuid,
        _column,
        where=payloads.c.holder_uuid.is_not(None) & _column.is_not(None),
    )
# For whoever counts what ended since they last looked. A create touches neither.
for _column in (payloads.c.resolved_at, payloads.c.cancelled_at):
    partial_index(f"ix_payloads_{_column.name}", _column, where=_column.is_not(None))

payload_outcomes = Table(
    "payload_outcomes",
    metadata,
    Column("payload_id", _Key, ForeignKey("payloads.id"), primary_key=True, autoincrement=False),
    Column("signed", Boolean, nullable=False),
    Column("reference", Uuid, nullable=False),
    Column("holder_uuid", Uuid, nullable=False),
    Column("device_uuid", Uuid, nullable=False),
    Column("origintype", String(32), nullable=False),
    Column("signmethod", String(32)),
    Column("hex", Text),
    Column("txid", String(64)),
    Column("account", String(40)),
    Column("signer", String(40)),
    Column("signer_pubkey", String(66)),
    Column("multisign_account", String(40)),
    Column("environment_nodeuri", Text),
    Column("environment_nodetype", Text),
    Column("environment_networkid", BigInteger),
    Column("dispatched_to", Text),
    Column("dispatched_nodetype", Text),
    Column("dispatched_result", Text),
    Column("reject_initiator", String(8)),
    Column("reject_reason", Text),
    # Which network the signed transaction is for, and where it differs from what was asked for.
    Column("network", String(32)),
    Column("differences", Json),
    # What the ledger said of whoever signed; NULL where it was not asked.
    Column("rights", Json),
)
# People look a signature up by its hash.
partial_index("ix_payload_outcomes_txid", payload_outcomes.c.txid, where=payload_outcomes.c.txid.is_not(None))

# Signatures of several, until they are enough.
payload_contributions = Table(
    "payload_contributions",
    metadata,
    Column("payload_id", _Key, ForeignKey("payloads.id"), primary_key=True, autoincrement=False),
    Column("signer", String(40), primary_key=True),
    Column("key_address", String(40), nullable=False),
    Column("signer_pubkey", String(66), nullable=False),
    Column("hex", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    # What was asked for when it came: the list of signers may change later.
    Column("quorum", BigInteger, nullable=False),
    Column("holder_uuid", Uuid, nullable=False),
    Column("device_uuid", Uuid, nullable=False),
    Column("signed_at", Moment, nullable=False),
)

payload_refusals = Table(
    "payload_refusals",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("payload_id", _Key, ForeignKey("payloads.id"), nullable=False, index=True),
    Column("device_uuid", Uuid, nullable=False),
    Column("code", Integer, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("txid", String(64)),
    Column("refused_at", Moment, nullable=False),
)

payload_keys = Table(
    "payload_keys",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("app_uuid", Uuid, nullable=False),
    Column("key_hash", LargeBinary(32), nullable=False),
    Column("body_hash", LargeBinary(32), nullable=False),
    Column("payload_uuid", Uuid, nullable=False),
    Column("used_at", Moment, nullable=False, index=True),
    UniqueConstraint("app_uuid", "key_hash"),
)

# Signed transactions whose end on the ledger is not known yet; a row goes when it is, or when nobody waits any more.
followed_transactions = Table(
    "followed_transactions",
    metadata,
    Column("payload_id", _Key, ForeignKey("payloads.id"), primary_key=True, autoincrement=False),
    Column("network", String(32), nullable=False),
    Column("txid", String(64), nullable=False),
    # LastLedgerSequence; without one it may still come when nobody waits any more.
    Column("last_ledger", BigInteger),
    # The first validated ledger that was seen while it was followed.
    Column("first_ledger", BigInteger),
    Column("since", Moment, nullable=False),
    # When it is to be looked up next; whoever looks moves it on first, so that nobody else does.
    Column("next_at", Moment, nullable=False),
    Index("ix_followed_transactions_network_next_at", "network", "next_at"),
)

# What became of signed transactions, once and for all.
payload_verdicts = Table(
    "payload_verdicts",
    metadata,
    Column("payload_id", _Key, ForeignKey("payloads.id"), primary_key=True, autoincrement=False),
    Column("network", String(32), nullable=False),
    # True: in a validated ledger. False: it can be in none any more. NULL: nobody could find out in time.
    Column("validated", Boolean),
    Column("result", String(64)),
    Column("delivered_amount", Json),
    Column("ledger_index", BigInteger),
    Column("closed_at", Moment),
    Column("decided_at", Moment, nullable=False),
)
