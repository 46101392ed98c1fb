"""The second half of a master key's rotation: sealing again, under the newest key, whatever is under an older one.

The operator puts the new key in front of the old one and restarts; this runs; then the old key may go.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from sqlalchemy import Column, and_, select, update

from sealgate.infra.sealing import Sealer
from sealgate.infra.tables import sealed_values
from sealgate.infra.tx import Tx


class ResealTarget(msgspec.Struct, frozen=True):
    """A column that holds sealed values.

    Attributes:
        column: The column; its table has a primary key.
        context: Gives the context a row's value was sealed with.
    """

    column: Column[Any]
    context: Callable[[Any], str]


PEPPER_TARGET = ResealTarget(sealed_values.c.sealed, lambda row: str(row.name))
"""Infra's own column; `reseal_all` always includes it."""


def reseal_all(tx: Tx, sealer: Sealer, targets: Iterable[ResealTarget]) -> int:
    """Seal every value of `targets` under the newest master key and return how many were not yet.

    Raises:
        SealBroken: a value does not open, so the transaction must be rolled back; its detail says where it is.
    """
    return sum(_reseal(tx, sealer, target) for target in (PEPPER_TARGET, *targets))


def _reseal(tx: Tx, sealer: Sealer, target: ResealTarget) -> int:
    column, table, done = target.column, target.column.table, 0
    for row in tx.execute(select(table).where(column.is_not(None))).all():
        sealed = row._mapping[column]
        if not sealer.needs_reseal(sealed):
            continue
        context = target.context(row)
        fresh = sealer.seal(sealer.open(sealed, context=context), context=context)
        this_row = and_(*(key == row._mapping[key] for key in table.primary_key.columns))
        # If the secret was replaced meanwhile, its successor is under the newest key already.
        tx.execute(update(table).where(this_row, column == sealed).values({column.key: fresh}))
        done += 1
    return done
