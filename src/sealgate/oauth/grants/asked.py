"""What a grant is given, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.oauth.clients import Client
from sealgate.oauth.errors import OAuthError
from sealgate.oauth.grants.issue import Issue
from sealgate.oauth.params import Params


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the token endpoint after the phases all grants share."""

    client: Client
    params: Params
    settings: Settings
    now: datetime


Redeem = Callable[[Tx, Asked], Issue | OAuthError]
"""One grant: checks what was asked and spends what was shown, in one transaction.

It raises where nothing was changed, and returns the refusal where something must stay changed, such as a revocation.
"""
