"""Writes docs/api.md from the routes themselves: `python -m tools.api_reference`, with `--check` to look only."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from backend.api.openapi import describe
from backend.api.routes import ROUTES

PLACE: Final = Path(__file__).resolve().parents[1] / "docs" / "api.md"
_HEAD: Final = """# The API, route by route

Written by `python -m tools.api_reference` from the routes; a running backend gives the same, with every
schema, as OpenAPI 3.1 under `/api/v1/openapi.json`. How to log in or use an API key:
[examples/read_the_city.py](examples/read_the_city.py).

- Every path begins with `/api/v1`. Bodies and answers are JSON unless another type is named. Times are UTC ISO 8601
  with their zone; positions are WGS84 degrees (lon, lat).
- Send `Authorization: Bearer TOKEN`: an access token of `POST /login`, or an API key.
- *Right* is the least level that opens a route (VIEW, OPERATE, MANAGE, CONFIGURE); each asset that is touched
  is checked again. "session": anybody who is logged in. "public": anybody at all. "everywhere": the right must hold
  in the whole city.
- What goes wrong comes as `application/problem+json`: 400, 408, 413, 415, 429 and 503 anywhere, 401 and 403
  wherever a login is asked; the column names what may come besides. A 429 says in `Retry-After` how many seconds
  to wait.
"""


def reference() -> str:
    """The whole page."""
    described = describe(ROUTES, "")
    groups: dict[str, list[str]] = {}
    for path, item in described["paths"].items():
        for method, operation in item.items():
            short = path.removeprefix("/api/v1")
            groups.setdefault(short.split("/")[1], []).append(_row(method, short, operation))
    lines = [_HEAD]
    for group in sorted(groups):
        lines += [f"## {group}", "", "| route | right | takes | answers | besides |", "|---|---|---|---|---|"]
        lines += [*groups[group], ""]
    lines += ["# What is sent and answered", "", "A field with * must be there.", ""]
    for name, schema in sorted(described["components"]["schemas"].items()):
        lines += [f"### {name}", "", *_fields(schema), ""]
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or say whether it is old."""
    if "--check" in arguments:
        is_old = not PLACE.exists() or PLACE.read_text("utf-8") != reference()
        print("docs/api.md is old: run python -m tools.api_reference" if is_old else "docs/api.md is as the routes are")
        return int(is_old)
    PLACE.write_text(reference(), "utf-8")
    return 0


def _row(method: str, path: str, operation: Mapping[str, Any]) -> str:
    right = operation["x-right"] + (" everywhere" if operation.get("x-right-everywhere") else "")
    queries = [_named(one) for one in operation["parameters"] if one["in"] == "query"]
    takes = [", ".join(f"`{name}`" for name in queries)] if queries else []
    body = operation.get("requestBody", {}).get("content", {})
    takes += [_content(body)] if body else []
    good = {status: answer for status, answer in operation["responses"].items() if status < "300"}
    answers = ", ".join(f"{status} {_content(answer.get('content', {}))}".strip() for status, answer in good.items())
    common = {"400", "401", "403", "408", "413", "415", "429", "503"}
    besides = ", ".join(status for status in operation["responses"] if status not in {*good, *common})
    what = operation["summary"].replace("|", "\\|")
    return f"| `{method.upper()} {path}`<br>{what} | {right} | {'; '.join(takes)} | {answers} | {besides} |"


def _named(parameter: Mapping[str, Any]) -> str:
    return f"{parameter['name']}*" if parameter["required"] else str(parameter["name"])


def _content(content: Mapping[str, Any]) -> str:
    for media, told in content.items():
        return _kind(told["schema"]) if media == "application/json" else media
    return ""


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("description"):
        yield from (str(schema["description"]).split("\n")[0], "")
    properties = schema.get("properties", {})
    if not properties:
        yield _kind({name: value for name, value in schema.items() if name != "description"})
        return
    required = set(schema.get("required", ()))
    yield ", ".join(f"`{name}{'*' if name in required else ''}` {_kind(kind)}" for name, kind in properties.items())


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        anchor = name.lower().replace(".", "")
        return f"[{name}](#{anchor})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(one) for one in schema[several]))
    if "enum" in schema:
        return " / ".join(f"`{one}`" for one in schema["enum"])
    kind = str(schema.get("type", "any"))
    items: Any = schema.get("items")
    if kind == "array":
        return f"list of {_kind(items)}" if items else "list"
    values: Any = schema.get("additionalProperties")
    if kind == "object" and values and values is not True:
        return f"map of {_kind(values)}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
