"""What the API reference shows of a creation's body (platform-api 4.1 to 4.4).

Only shown: published clients send booleans as text, numbers as text and top-level keys in any case, so `draft.py` reads
the body itself. Whatever fits here is understood there.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

from sealgate.payloads.members import (
    DEFAULT_EXPIRE_MIN,
    LONGEST_EXPIRE_MIN,
    MAX_IDENTIFIER,
    MAX_INSTRUCTION,
    MAX_NETWORK_KEY,
    MAX_RETURN_URL,
    MAX_SIGNERS,
)

_ReturnUrl = Annotated[
    str,
    Meta(max_length=MAX_RETURN_URL, description="May contain {id}, {cid}, {txid} and {txblob}, which are replaced."),
]
_Account = Annotated[str, Meta(min_length=25, max_length=35, description="A classic address.")]


class ReturnUrlIn(Struct, frozen=True):
    """Where people go after answering."""

    app: Annotated[_ReturnUrl | None, Meta(description="Opened by the wallet.")] = None
    web: Annotated[_ReturnUrl | None, Meta(description="Opened by the browser that shows the sign page.")] = None


class OptionsIn(Struct, frozen=True):
    """How a request is to be answered."""

    submit: Annotated[bool, Meta(description="The wallet submits what it signed. Always false for a SignIn.")] = True
    multisign: Annotated[bool, Meta(description="Sign as one of several signers. Always false for a SignIn.")] = False
    pathfinding: Annotated[bool, Meta(description="Payment only: the user chooses what to pay with.")] = False
    pathfinding_fallback: bool = False
    expire: Annotated[
        int, Meta(ge=1, le=LONGEST_EXPIRE_MIN, description="Minutes in which a wallet must open the request.")
    ] = DEFAULT_EXPIRE_MIN
    signers: (
        Annotated[list[_Account], Meta(max_length=MAX_SIGNERS, description="Only one of these accounts may sign.")]
        | None
    ) = None
    force_network: (
        Annotated[
            str, Meta(max_length=MAX_NETWORK_KEY, description="Key of the one network to sign on, such as MAINNET.")
        ]
        | None
    ) = None
    return_url: ReturnUrlIn | None = None
    immutable: Annotated[bool, Meta(description="Kept and shown, without a meaning here.")] | None = None
    force_account: Annotated[bool, Meta(description="Kept and shown, without a meaning here.")] | None = None


class CustomMetaIn(Struct, frozen=True):
    """The developer's own notes."""

    identifier: (
        Annotated[str, Meta(max_length=MAX_IDENTIFIER, description="Unique in the app; the request can be read by it.")]
        | None
    ) = None
    blob: Annotated[
        dict[str, Any] | str | None, Meta(description="Private to the app: at most 1500 characters of compact JSON.")
    ] = None
    instruction: (
        Annotated[str, Meta(max_length=MAX_INSTRUCTION, description="Shown to the person who is asked to sign.")] | None
    ) = None


class PayloadIn(Struct, frozen=True):
    """A sign request: exactly one of `txjson` and `txblob`."""

    txjson: (
        Annotated[
            dict[str, Any],
            Meta(
                description="Transaction with its TransactionType; what wallets fill in may be missing.",
                examples=[{"TransactionType": "SignIn"}],
            ),
        ]
        | None
    ) = None
    txblob: (
        Annotated[str, Meta(pattern="^[0-9A-F]{10,}$", description="The same in the ledger's binary format, as hex.")]
        | None
    ) = None
    options: OptionsIn | None = None
    custom_meta: CustomMetaIn | None = None
    user_token: (
        Annotated[str, Meta(description="Sends the request to the user behind it. One that is not valid is no error.")]
        | None
    ) = None
