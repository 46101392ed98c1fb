"""The two types that no ledger knows, and the fields every type has. Source: spec/wallet-api.md 6.2, 6.3."""

from __future__ import annotations

from typing import Final

SIGN_IN: Final = "SignIn"
CHANNEL_AUTHORIZE: Final = "PaymentChannelAuthorize"
PSEUDO_TYPES: Final = frozenset({SIGN_IN, CHANNEL_AUTHORIZE})

# `request_json` of a SignIn carries this member instead of a type (platform-api 4.5).
SIGN_IN_MARKER: Final = "SignIn"

# What a wallet keeps of a SignIn request.
COMMON_FIELDS: Final = frozenset(
    {
        "Account",
        "AccountTxnID",
        "Fee",
        "FirstLedgerSequence",
        "Flags",
        "HookParameters",
        "LastLedgerSequence",
        "Memos",
        "NetworkID",
        "OperationLimit",
        "PreviousTxnID",
        "Sequence",
        "Signers",
        "SigningPubKey",
        "SourceTag",
        "TicketSequence",
        "TxnSignature",
    }
)
