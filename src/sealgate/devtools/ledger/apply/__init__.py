"""The transaction types that the sandbox ledger knows, one module each.

`check(tx)` looks at the transaction alone, `apply(work)` at the ledger too; both raise `Failed`.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sealgate.devtools.ledger.apply import (
    account_set,
    deposit_preauth,
    payment,
    set_regular_key,
    signer_list_set,
    ticket_create,
    trust_set,
)
from sealgate.devtools.ledger.work import Work


class Kind(NamedTuple):
    """What a type does."""

    check: Callable[[dict[str, Any]], None]
    apply: Callable[[Work], None]


TYPES: Final = {
    "AccountSet": Kind(account_set.check, account_set.apply),
    "DepositPreauth": Kind(deposit_preauth.check, deposit_preauth.apply),
    "Payment": Kind(payment.check, payment.apply),
    "SetRegularKey": Kind(set_regular_key.check, set_regular_key.apply),
    "SignerListSet": Kind(signer_list_set.check, signer_list_set.apply),
    "TicketCreate": Kind(ticket_create.check, ticket_create.apply),
    "TrustSet": Kind(trust_set.check, trust_set.apply),
}
