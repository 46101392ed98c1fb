"""Which ways of signing in some app uses: what the provider announces of itself."""

import msgspec
from sqlalchemy import false, select

from sealgate.apps.model import DEVICE_CODE
from sealgate.apps.tables import apps
from sealgate.infra.tx import Tx


class Features(msgspec.Struct, frozen=True):
    """What at least one enabled app is set up for."""

    implicit: bool = False
    refresh: bool = False
    device: bool = False
    es256: bool = False


def features_in_use(tx: Tx) -> Features:
    """Return what the enabled apps are set up for, taken together."""
    query = select(apps.c.grant_types, apps.c.allow_implicit, apps.c.id_token_alg).where(apps.c.disabled == false())
    kinds = [tuple(row) for row in tx.execute(query.distinct())]
    grants = {grant for granted, _, _ in kinds for grant in granted}
    return Features(
        implicit=any(implicit for _, implicit, _ in kinds),
        refresh="refresh_token" in grants,
        device=DEVICE_CODE in grants,
        es256=any(alg == "ES256" for _, _, alg in kinds),
    )
