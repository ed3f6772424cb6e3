"""Generate the typed part of the Python client from the schemas: `python -m tools.client_types FOLDER`.

The folder is `mockorders/client/apis`. Each API gets a module with a method for each collection, and a type with the
properties of its records; `names.py` has the names of APIs and collections.
"""

import keyword
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from mockorders.apis import discover
from mockorders.apis.base import Api
from mockorders.fixture_sets.record_parts import short_name
from mockorders.formats.plurals import singular, with_article
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import properties

WIDTH = 120
GENERATED = "Generated from the schemas by `make types`."
PLAIN_TYPES = {
    "integer": "int",
    "number": "float",
    "string": "str",
    "boolean": "bool",
    "object": "Mapping[str, Any]",
    "null": "None",
}
FORMATS = {"date-time": "Timestamp", "date": "date | str"}
IMPORTS = {
    "collections.abc": ("Mapping", "Sequence"),
    "datetime": ("date",),
    "typing": ("Any", "Literal", "TypedDict", "Unpack"),
    "": (),
    "mockorders.client.api_access": ("ApiAccess", "Reference", "Timestamp", "describe_new_record"),
    "mockorders.client.descriptors": ("AsyncCaller", "ControlRequest", "EndpointMethod", "SyncCaller"),
    "mockorders.client.models": ("Record",),
}


def modules() -> dict[str, str]:
    """Return the content of each generated file by its name."""
    apis = discover()
    files = {f"{api.name}.py": _module(api) for api in apis}
    return {"names.py": _names(apis), **files}


def _names(apis: Sequence[Api]) -> str:
    collections = dict.fromkeys(chain.from_iterable(api.collections for api in apis))
    head = f'"""The names of APIs and collections. {GENERATED}"""\n\nfrom typing import Literal\n\n'
    return head + _alias("ApiName", [api.name for api in apis]) + _alias("CollectionName", list(collections))


def _alias(name: str, values: Iterable[str]) -> str:
    return _wrapped(f"{name} = Literal[", [f'"{value}"' for value in values], "]\n")


def _wrapped(before: str, parts: list[str], after: str) -> str:
    """Return a list of code on one line, or on a line for each part if it is too long for one."""
    line = f"{before}{', '.join(parts)}{after}"
    if len(line.rstrip()) <= WIDTH:
        return line
    return "\n".join([before, *(f"    {part}," for part in parts), after])


def _module(api: Api) -> str:
    title = api.name.title()
    types = [_record_type(api, collection) for collection in api.collections]
    code = "\n".join([*types, *_class(api, title), *_callers(title)])
    head = [
        f'"""Records of {title} to add: a method for each collection. {GENERATED}"""\n',
        "from __future__ import annotations  # so that no types are evaluated on import\n",
        *_imports(code),
        "\n",
    ]
    return "\n".join([*head, code])


def _imports(code: str) -> Iterator[str]:
    """Yield the imports of the names that code uses."""
    words = set(re.findall(r"\w+", code))
    for module, names in IMPORTS.items():
        used = [name for name in names if name in words]
        if used:
            yield f"from {module} import {', '.join(used)}"
        elif not module:
            yield ""


def _class(api: Api, title: str) -> Iterator[str]:
    yield f"class {title}Api(ApiAccess):"
    yield f'    """{title} in one sandbox: its base URL and credential, and records to add."""\n'
    yield f'    base_path = "{api.base_paths[0]}"\n'
    for collection in api.collections:
        yield _method(api, collection)


def _callers(title: str) -> Iterator[str]:
    for kind, sandbox in (("Sync", "a `Sandbox`"), ("Async", "an `AsyncSandbox`")):
        yield f"\nclass {kind}{title}({title}Api, {kind}Caller):"
        yield f'    """{title} in {sandbox}."""\n'


def _method(api: Api, collection: str) -> str:
    noun = singular(collection)
    name = noun.replace(" ", "_")
    return (
        "    @EndpointMethod\n"
        f"    def add_{name}(self, **properties: Unpack[{_type_name(api, collection)}]) -> ControlRequest[Record]:\n"
        f'        """Add {with_article(noun)}, and what it refers to; return it. Omitted properties have defaults."""\n'
        f'        return describe_new_record("{api.name}", "{collection}", properties)\n'
    )


def _type_name(api: Api, collection: str) -> str:
    return api.name.title() + singular(collection).title().replace(" ", "")


def _record_type(api: Api, collection: str) -> str:
    schemas = properties(record_schema(api.name, collection))
    lines = [
        f"class {_type_name(api, collection)}(TypedDict, total=False):",
        f'    """Properties of {with_article(singular(collection))}."""\n',
    ]
    for name, schema in schemas.items():
        short = short_name(name, schemas)
        hint = _hint(schema)
        names = [name] if short is None else [name, short]
        lines += [f"    {each}: {hint}" for each in names if not keyword.iskeyword(each)]
    return "\n".join([*lines, "\n"])


def _hint(schema: Mapping[str, Any]) -> str:
    """Return the type of a property as Python writes it."""
    if "enum" in schema:
        return _enum(schema["enum"])
    types = schema.get("type", ["object", "null"] if "anyOf" in schema else "object")
    listed = [types] if isinstance(types, str) else types
    return " | ".join(_plain(each, schema) for each in listed)


def _enum(values: Iterable[Any]) -> str:
    texts = [f'"{value}"' if isinstance(value, str) else repr(value) for value in values if value is not None]
    return f"Literal[{', '.join(texts)}]" + (" | None" if None in values else "")


def _plain(kind: str, schema: Mapping[str, Any]) -> str:
    if kind == "array":
        return f"Sequence[{_hint(schema['items'])}]"
    if kind == "integer" and "x-references" in schema:
        return "Reference"
    return FORMATS.get(schema.get("format", ""), "str") if kind == "string" else PLAIN_TYPES[kind]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, text in modules().items():
        (folder / name).write_text(text, encoding="utf-8")
