"""As much of H.264's parameter sets and slice headers as it takes to replace a slice of our own films."""

from collections.abc import Iterable

import msgspec

from video.bits import BitReader
from video.errors import ProtocolError

_BASELINE = 66


class FilmFormat(msgspec.Struct, frozen=True):
    """What the slice headers of one film depend on."""

    columns: int
    frame_number_bits: int
    order_count_bits: int
    """0: pictures are shown in the order they come."""


class SliceStart(msgspec.Struct, frozen=True):
    """The first bits of a slice header, up to its quantiser."""

    nal_header: int
    is_intra: bool
    value: int
    bit_count: int


def read_format(parameter_sets: Iterable[bytes]) -> FilmFormat:
    """Read the sets that our encoder writes; refuse any other kind."""
    found = None
    for unit in parameter_sets:
        reader = BitReader(unit)
        if unit[0] & 0x1F == 7:
            found = _read_sps(reader)
        elif unit[0] & 0x1F == 8:
            _check_pps(reader)
    if found is None:
        raise ProtocolError("a film without a sequence parameter set")
    return found


def _read_sps(reader: BitReader) -> FilmFormat:
    if reader.bits(8) != _BASELINE:
        raise ProtocolError("only baseline films can have their clock replaced")
    reader.bits(16)
    reader.unsigned()
    frame_number_bits = reader.unsigned() + 4
    order_type = reader.unsigned()
    if order_type == 1:
        raise ProtocolError("picture order count type 1")
    order_count_bits = reader.unsigned() + 4 if order_type == 0 else 0
    reader.unsigned()
    reader.bits(1)
    columns = reader.unsigned() + 1
    return FilmFormat(columns, frame_number_bits, order_count_bits)


def _check_pps(reader: BitReader) -> None:
    reader.unsigned()
    reader.unsigned()
    has_cabac = reader.bits(1)
    has_field_order = reader.bits(1)
    slice_groups = reader.unsigned()
    reader.unsigned()
    reader.unsigned()
    weighted = reader.bits(3)
    for _ in range(3):
        reader.unsigned()
    has_deblocking_control = reader.bits(1)
    if has_cabac or has_field_order or slice_groups or weighted or not has_deblocking_control:
        raise ProtocolError("a film that was not made by our encoder's settings")


def read_slice_start(nal: bytes, film: FilmFormat) -> tuple[int, SliceStart]:
    """The slice's first macroblock, and the part of its header that a replacement repeats."""
    reader = BitReader(nal[:64])
    first_macroblock = reader.unsigned()
    kind = reader.unsigned() % 5
    is_idr = nal[0] & 0x1F == 5
    reader.unsigned()
    reader.bits(film.frame_number_bits)
    if is_idr:
        reader.unsigned()
    if film.order_count_bits:
        reader.bits(film.order_count_bits)
    if kind == 0:
        if reader.bits(1):
            reader.unsigned()
        if reader.bits(1):
            raise ProtocolError("reordered references")
    elif kind != 2:
        raise ProtocolError("a slice that is neither I nor P")
    if nal[0] >> 5 & 3:
        marking = reader.bits(2) if is_idr else reader.bits(1)
        if marking and not is_idr:
            raise ProtocolError("adaptive reference marking")
    length = reader.position
    reader.position = 0
    return first_macroblock, SliceStart(nal[0], kind == 2, reader.bits(length), length)
