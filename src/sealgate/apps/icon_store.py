"""The statements on uploaded icons. An icon's name is the hash of its content, so it never changes under its name."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, exists, select

from sealgate.apps.tables import app_icons, apps
from sealgate.infra.database import Tx, insert_if_new

NAME_CHARS = 32


def keep_icon(tx: Tx, png: bytes, *, now: datetime) -> str:
    """Store an icon and return its name, 32 hex digits; one that is there already stays."""
    name = sha256(png).hexdigest()[:NAME_CHARS]
    insert_if_new(tx, app_icons, {"name": name, "png": png, "created_at": now})
    return name


def find_icon(tx: Tx, name: str) -> bytes | None:
    """Return an icon by its name, or None."""
    png: bytes | None = tx.execute(select(app_icons.c.png).where(app_icons.c.name == name)).scalar_one_or_none()
    return png


def forget_unused(tx: Tx, name: str | None) -> None:
    """Forget an icon that no app has any more."""
    if name is not None:
        used = exists().where(apps.c.icon_file == app_icons.c.name)
        tx.execute(delete(app_icons).where(app_icons.c.name == name, ~used))
