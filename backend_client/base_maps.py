"""Base maps as a console asks for them."""

from http import HTTPStatus

import msgspec

from backend_client.errors import Refused, Unreachable
from backend_client.session import Session
from contract.base_maps import BaseMap, BaseMapList, VectorFeatures


async def base_maps(session: Session) -> tuple[BaseMap, ...]:
    """All base maps, the lowest first. Raises ClientError."""
    return (await session.get("/base-maps", BaseMapList)).items


async def tile(session: Session, map_id: str, z: int, x: int, y: int) -> bytes | None:
    """A tile's image, None where the base map has none. Raises Refused (its problem says why), Unreachable."""
    try:
        return await session.get_bytes(f"/base-maps/{map_id}/tiles/{z}/{x}/{y}")
    except Refused as refusal:
        if refusal.problem.status == HTTPStatus.NOT_FOUND:
            return None
        raise


async def features(session: Session, map_id: str) -> tuple[VectorFeatures, ...]:
    """The layers of a vector base map. Raises Refused (its problem says why), Unreachable."""
    content = await session.get_bytes(f"/base-maps/{map_id}/features")
    try:
        return msgspec.msgpack.decode(content, type=tuple[VectorFeatures, ...])
    except msgspec.MsgspecError as error:
        raise Unreachable("The backend sends a base map that this console does not know how to read.") from error
