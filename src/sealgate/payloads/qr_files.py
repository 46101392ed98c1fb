"""The QR code of a sign request as a file: `/sign/{uuid}_q.png`, `…_q.json` and their kin (platform-api 18.1)."""

import asyncio

import msgspec

from sealgate.payloads import qr, service
from sealgate.payloads.errors import PayloadUnknown
from sealgate.payloads.qr import DEFAULT_QUALITY, QUALITIES, Quality
from sealgate.payloads.sign_page import link_of
from sealgate.web.answers import Raw
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.routing import Cors, Router

# What the code holds follows from the UUID alone, so a copy is good for as long as anybody wants it.
_CACHED = {"cache-control": "public, max-age=86400", "x-content-type-options": "nosniff"}

router = Router(tags=("payloads",), cors=Cors())


def _declare(suffix: str, quality: Quality) -> None:
    @router.get(f"/sign/{{uuid:uuid}}{suffix}.png", caller=Anyone, answers=bytes, raises=(PayloadUnknown,))
    async def get_qr_png(call: Call[Anyone]) -> Raw:
        """The QR code as an image, black on white, with a quiet zone of one module."""
        png = await asyncio.to_thread(qr.draw_png, await _content(call), quality)
        if png is None:
            raise PayloadUnknown(detail="the setting qr_content is too long for a QR code")
        return Raw(png, "image/png", headers={**_CACHED, "content-disposition": "inline"})

    @router.get(f"/sign/{{uuid:uuid}}{suffix}.json", caller=Anyone, answers=bytes, raises=(PayloadUnknown,))
    async def get_qr_matrix(call: Call[Anyone]) -> Raw:
        """The QR code as rows of modules, true for dark, without a quiet zone."""
        rows = await asyncio.to_thread(qr.matrix, await _content(call), quality)
        return Raw(msgspec.json.encode({"matrix": rows}), "application/json; charset=utf-8", headers=_CACHED)


async def _content(call: Call[Anyone]) -> str:
    uuid = call.path["uuid"]
    if await call.db.read(service.find_payload, uuid) is None:
        raise PayloadUnknown(detail=f"payload={uuid}")
    return link_of(call.settings.qr_content, call.settings, uuid)


_declare("", DEFAULT_QUALITY)
for _quality in QUALITIES:
    _declare(f"_{_quality}", _quality)
