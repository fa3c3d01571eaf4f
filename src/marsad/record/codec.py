"""The model's dataclasses as plain JSON values and back, by their type hints.

Days and moments are ISO strings, a `Span` is `[start, end]`, a `Period` `[first, last]`,
other dataclasses are objects with every field present, in the order of declaration, but those
whose metadata say `written: False`. `dumps` gives one spelling for one value, so equal values
have equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from marsad.errors import RecordError
from marsad.model import Period, Span

T = TypeVar("T")
_LISTED: tuple[type, ...] = (Span, Period)
_Decoder = Callable[[Any], Any]


class _Mismatch(Exception):
    """A value that is not of the type it was stored as."""


def encode(value: Any) -> Any:
    """`value` as JSON values: numbers, strings, lists, objects."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, _LISTED):
        return [encode(getattr(value, f.name)) for f in fields(value)]  # type: ignore[arg-type]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, name)) for name in _written(type(value))}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def decode(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `encode` made `data` from.

    Raises `RecordError` when the data do not have that shape.
    """
    try:
        value: T = _decoder(kind)(data)  # type: ignore[arg-type]
    except _Mismatch as error:
        raise RecordError(
            f"a stored {kind.__name__} is malformed: {error}", hint="run `marsad rebuild` to derive it again"
        ) from error
    return value


def dumps(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


def loads(kind: type[T], text: str) -> T:
    """The value that `dumps` wrote."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise RecordError(
            f"a stored {kind.__name__} is not JSON", hint="run `marsad rebuild` to derive it again"
        ) from error
    return decode(kind, data)


@lru_cache(maxsize=256)
def _written(kind: type) -> tuple[str, ...]:
    """The names of the fields that a dataclass is written out with."""
    return tuple(f.name for f in fields(kind) if f.metadata.get("written", True))


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> _Decoder:
    origin = get_origin(kind)
    if origin is Literal:
        return _choice(get_args(kind))
    if origin in (Union, UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if kind in (date, datetime):
        return _moment(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _listed(kind) if kind in _LISTED else _object(kind)
    return _scalar(kind)


def _scalar(kind: Any) -> _Decoder:
    def read(data: Any) -> Any:
        if kind is float and type(data) is int:
            return float(data)
        if type(data) is not kind:
            raise _Mismatch(f"{data!r} is not {kind.__name__}")
        return data

    return read


def _choice(values: tuple[Any, ...]) -> _Decoder:
    allowed = frozenset(values)

    def read(data: Any) -> Any:
        if not isinstance(data, str) or data not in allowed:
            raise _Mismatch(f"{data!r} is none of {', '.join(map(str, values))}")
        return data

    return read


def _union(options: tuple[Any, ...]) -> _Decoder:
    rest = [option for option in options if option is not NoneType]
    if len(rest) != 1:
        raise TypeError("only optional values have a JSON form")
    inner = _decoder(rest[0])
    return lambda data: None if data is None else inner(data)


def _tuple(parts: tuple[Any, ...]) -> _Decoder:
    if len(parts) != 2 or parts[1] is not Ellipsis:
        raise TypeError("only tuples of one type have a JSON form")
    inner = _decoder(parts[0])

    def read(data: Any) -> Any:
        if not isinstance(data, list):
            raise _Mismatch(f"{data!r} is not a list")
        return tuple(inner(item) for item in data)

    return read


def _moment(kind: Any) -> _Decoder:
    def read(data: Any) -> Any:
        try:
            return kind.fromisoformat(data)
        except (TypeError, ValueError) as error:
            raise _Mismatch(f"{data!r} is not an ISO {kind.__name__}") from error

    return read


def _fields(kind: Any) -> list[tuple[str, _Decoder]]:
    hints = get_type_hints(kind)
    return [(name, _decoder(hints[name])) for name in _written(kind)]


def _listed(kind: Any) -> _Decoder:
    parts = _fields(kind)

    def read(data: Any) -> Any:
        if not isinstance(data, list) or len(data) != len(parts):
            raise _Mismatch(f"{data!r} is not a {kind.__name__}")
        return kind(*(inner(item) for (_, inner), item in zip(parts, data, strict=True)))

    return read


def _object(kind: Any) -> _Decoder:
    parts = _fields(kind)
    names = {name for name, _ in parts}

    def read(data: Any) -> Any:
        if not isinstance(data, dict) or set(data) != names:
            raise _Mismatch(f"the fields of {kind.__name__} are not {', '.join(sorted(names))}")
        return kind(**{name: inner(data[name]) for name, inner in parts})

    return read
