"""Base maps in the words of the contract: what the content says, what the settings say of it, and what is wrong."""

import msgspec

from backend.base_maps.folder import Found
from backend.base_maps.naming import format_of, plain_text
from backend.base_maps.remote_tiles import RemoteTiles
from backend.base_maps.sources import Source
from backend.base_maps.telling import name_of
from backend.ports import BaseMapTrouble
from contract.base_maps import BaseMap, BaseMapKind, BaseMapState


async def described(found: Found, source: Source | None) -> BaseMap:
    """A base map as it is now; broken rather than an exception."""
    try:
        if source is None:
            raise no_source(found)
        known = await source.describe()
    except BaseMapTrouble as trouble:
        if not isinstance(source, RemoteTiles):
            known = broken(found.id, name_of(found), _kind_of(found), trouble)
            return known if source is None else msgspec.structs.replace(known, revision=source.revision)
        # What is kept of a server that is silent is still given: all that is known of it is told.
        known = msgspec.structs.replace(
            source.described(),
            state=BaseMapState.BROKEN,
            trouble_code=trouble.code,
            trouble_args=trouble.args_said,
        )
    said = found.settings
    return msgspec.structs.replace(
        known,
        name=plain_text(said.name) or known.name or name_of(found),
        attribution=plain_text(said.attribution, 300) or known.attribution,
        min_zoom=known.min_zoom if said.min_zoom is None else said.min_zoom,
        max_zoom=known.max_zoom if said.max_zoom is None else said.max_zoom,
    )


def broken(map_id: str, name: str, kind: BaseMapKind, trouble: BaseMapTrouble) -> BaseMap:
    """A base map that cannot be drawn."""
    return BaseMap(
        id=map_id,
        name=name,
        kind=kind,
        state=BaseMapState.BROKEN,
        trouble_code=trouble.code,
        trouble_args=trouble.args_said,
    )


def no_source(found: Found) -> BaseMapTrouble:
    """Why nothing can be read for it."""
    if not found.file_name:
        return BaseMapTrouble("base_map_gone", id=found.id)
    is_half = found.file_name.lower().endswith(".shp")
    return BaseMapTrouble("base_map_shapefile_parts" if is_half else "base_map_format")


def _kind_of(found: Found) -> BaseMapKind:
    known = format_of(found.file_name) if found.file_name else None
    return BaseMapKind.RASTER if known is None or known.is_tiled else BaseMapKind.VECTOR
