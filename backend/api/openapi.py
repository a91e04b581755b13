"""The OpenAPI 3.1 description, made from the routes themselves."""

import re
import types
import typing
from collections.abc import Sequence
from typing import Any

import msgspec

from backend.api.route import Access, Nothing, Route
from contract.api import Problem

_TEMPLATE = "#/components/schemas/{name}"
_NUMBERS = frozenset({"asset_id", "alarm_id", "camera_id", "z", "x", "y"})


def describe(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """The whole document."""
    shapes = [Problem, *(route.answer for route in routes if route.answer is not None)]
    shapes += [route.body for route in routes if route.body is not Nothing and not route.takes_bytes]
    shapes += [_without_none(field.type) for route in routes for field in msgspec.structs.fields(route.query)]
    schemas, components = msgspec.json.schema_components(shapes, schema_hook=_anything, ref_template=_TEMPLATE)
    by_shape = {repr(shape): schema for shape, schema in zip(shapes, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault("/api/v1" + route.path, {})[route.method.lower()] = _operation(route, by_shape)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Beffroi",
            "version": version,
            "description": "The control post's API. Times are UTC ISO 8601, positions WGS84 lon, lat.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, by_shape: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "parameters": [*_path_parameters(route), *_query_parameters(route, by_shape)],
        "responses": _responses(route, by_shape),
    }
    if route.access is not Access.PUBLIC:
        operation["security"] = [{"bearer": []}]
    if route.is_city_wide:
        operation["x-right-everywhere"] = True
    operation["x-right"] = route.access.value if isinstance(route.access, Access) else route.access.name
    if route.takes_bytes:
        binary: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
    elif route.body is not Nothing:
        content = {"application/json": {"schema": by_shape[repr(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _responses(route: Route, by_shape: dict[str, Any]) -> dict[str, Any]:
    if route.answer is None:
        answers: dict[str, Any] = {"204": {"description": "Done."}}
    else:
        is_json = route.answer_type == "application/json"
        schema = by_shape[repr(route.answer)] if is_json else {"type": "string", "format": "binary"}
        content = {route.answer_type: {"schema": schema}}
        answers = {str(route.status): {"description": "Success.", "content": content}}
    expected = {400, 408, 413, 415, 429, 503, *route.problems}
    if route.access is not Access.PUBLIC:
        expected |= {401, 403}
    problem = {"application/problem+json": {"schema": by_shape[repr(Problem)]}}
    for status in sorted(expected):
        answers[str(status)] = {"description": "What went wrong, and what to do.", "content": problem}
    return answers


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1}
            if name in _NUMBERS
            else {"type": "string"},
        }
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _query_parameters(route: Route, by_shape: dict[str, Any]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    for field in msgspec.structs.fields(route.query):
        schema = by_shape[repr(_without_none(field.type))]
        parameters.append({"name": field.encode_name, "in": "query", "required": field.required, "schema": schema})
    return parameters


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _without_none(annotation: Any) -> Any:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        kept = [part for part in typing.get_args(annotation) if part is not type(None)]
        return kept[0] if len(kept) == 1 else typing.Union[tuple(kept)]  # noqa: UP007  # built at run time
    return annotation


def _operation_id(route: Route) -> str:
    words = re.sub(r"[{}]", "", route.path).strip("/").replace("/", "_").replace("-", "_")
    return f"{route.method.lower()}_{words}"
