"""The consortium's own documents: where they are, and a validator made of them."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ROOT = Path(__file__).resolve().parents[4]
FOLDER = Path(os.environ.get("BEFFROI_DATA") or ROOT.parent / "shared" / "data") / "protocols" / "talq_2.7.1"
GATEWAY_API = FOLDER / "talq-api-gateway-2-7-1-online.json"
CMS_API = FOLDER / "talq-api-cms-2-7-1-online.json"
DATA_MODEL = FOLDER / "talq-data-model-2-7-1-online.json"


def require(path: Path) -> Path:
    """The document; the proof fails where it is missing."""
    if not path.exists():
        pytest.fail(f"{path.name} is missing: set BEFFROI_DATA to the folder that holds protocols/talq_2.7.1")
    return path


class DataModel:
    """Validates values against the official schemas, the schema of the announced type included.

    OpenAPI's discriminators mean nothing to JSON Schema: where a value names its type, that type's schema is used.
    """

    def __init__(self) -> None:
        self._document: Mapping[str, Any] = json.loads(require(DATA_MODEL).read_text("utf-8"))
        resource: Resource[Any] = Resource.from_contents(self._document, default_specification=DRAFT4)
        empty: Registry[Any] = Registry()
        self._registry: Registry[Any] = empty.with_resource("talq", resource)

    def check(self, value: object, schema: str) -> None:
        """Fails the test with the place and the reason when the value is not as the schema says."""
        self._validate(value, schema)
        self._check_inside(value)

    def check_all(self, values: object, schema: str) -> None:
        """A list of values."""
        assert isinstance(values, list)
        for value in cast("list[object]", values):
            self.check(value, schema)

    def _validate(self, value: object, schema: str) -> None:
        try:
            self._validator(schema)(value)
        except ValidationError as error:
            place = "/".join(str(step) for step in error.absolute_path)
            pytest.fail(f"{schema} at {place or 'the top'}: {error.message[:300]} in {str(value)[:300]}")

    def _check_inside(self, value: object) -> None:
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            # A description of a function names the type of what it describes, not its own.
            for key in () if "functionId" in members else ("type", "name"):
                named = members.get(key)
                if isinstance(named, str) and named in self._document["components"]["schemas"]:
                    self._validate(members, named)
            for item in members.values():
                self._check_inside(item)
        elif isinstance(value, list):
            for item in cast("list[object]", value):
                self._check_inside(item)

    def _validator(self, schema: str) -> Callable[[object], None]:
        if schema not in self._document["components"]["schemas"]:
            pytest.fail(f"TALQ's data model has no {schema}")
        reference = {"$ref": f"talq#/components/schemas/{schema}"}
        validator: Any = Draft4Validator(reference, registry=self._registry, format_checker=FormatChecker())
        return cast("Callable[[object], None]", validator.validate)
