"""What a request may say, read out of the document of the API: each field, whether it must be there, and its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

COMMON: Final = "occurred_at"
"""A field that every verb takes; it is said once and not with each."""

_FORMATS: Final = {"date-time": "time", "date": "date", "uuid": "id", "binary": "file"}
_TYPES: Final = {"integer": "number", "number": "number", "boolean": "true/false", "object": "object"}
_NULL: Final = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a body or parameter of an address: its name, whether it may be left out, and what it holds."""

    name: str
    optional: bool
    holds: str

    @property
    def text(self) -> str:
        """The field as the pages print it; a question mark says that it may be left out."""
        name = f"`{self.name}`{'?' if self.optional else ''}"
        return f"{name} {self.holds}".rstrip()


class Documented:
    """The document of the API, asked for the fields of each route and for the words of each closed vocabulary."""

    def __init__(self, document: Schema) -> None:
        self._paths: Schema = document["paths"]
        self._schemas: Schema = document["components"]["schemas"]
        self._used: set[str] = set()

    def asked(self, method: str, path: str) -> tuple[Asked, ...]:
        """Return the parameters of a route's address and the fields of its body, in the order of the document."""
        operation = self._paths[path][method.lower()]
        return (*self._parameters(operation), *self._body(operation))

    def vocabulary(self, name: str) -> tuple[str, ...]:
        """Return the words of a closed vocabulary, nothing where the name is of something else."""
        return tuple(self._schemas.get(name, {}).get("enum", ()))

    def vocabularies(self) -> tuple[str, ...]:
        """Return the names of the closed vocabularies that the fields asked for so far use, in alphabetical order."""
        return tuple(sorted(self._used))

    def _parameters(self, operation: Schema) -> Iterator[Asked]:
        for one in operation.get("parameters", ()):
            if one["in"] == "query":
                yield Asked(one["name"], not one.get("required", False), self._holds(one["schema"]))

    def _body(self, operation: Schema) -> Iterator[Asked]:
        content = operation.get("requestBody", {}).get("content", {})
        # Where a form may carry files, it has every field that the JSON has, and the files besides.
        media = next((media for media in content if media.startswith("multipart/")), next(iter(content), None))
        if media is None:
            return
        body = self._followed(content[media]["schema"])
        required = set(body.get("required", ()))
        for name, schema in body.get("properties", {}).items():
            if name != COMMON or "verb" not in operation.get("tags", [""])[0]:
                yield Asked(name, name not in required, self._holds(schema))

    def _followed(self, schema: Schema) -> Schema:
        found: Schema = self._schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
        return found

    def _holds(self, schema: Schema) -> str:
        """Say what a value is: its kind, how long it may be, or the name of its vocabulary."""
        choices = [choice for choice in schema.get("anyOf", ()) if choice != _NULL]
        if choices:
            return " or ".join(self._holds(choice) for choice in choices)
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            if not self.vocabulary(name):
                return self._object(self._schemas[name])
            self._used.add(name)
            return f"[{name}](#values)"
        if "enum" in schema:
            return "/".join(str(word) for word in schema["enum"])
        if schema.get("type") == "array":
            return f"list of {self._holds(schema['items'])}"
        if "format" in schema:
            return _FORMATS.get(schema["format"], "text")
        kind = _TYPES.get(schema.get("type", ""), "")
        if kind == "number":
            low, high = schema.get("minimum"), schema.get("maximum")
            # The document of the API writes its bounds with a point, whole numbers too.
            return f"{low:g}–{high:g}" if low is not None and high is not None else kind
        longest = schema.get("maxLength")
        return kind or (f"≤{longest}" if longest else "")

    def _object(self, schema: Schema) -> str:
        required = set(schema.get("required", ()))
        fields = (
            Asked(name, name not in required, self._holds(inner)).text for name, inner in schema["properties"].items()
        )
        return f"{{{', '.join(fields)}}}"
