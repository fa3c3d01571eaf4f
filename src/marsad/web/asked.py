"""What an address asks for: its query as filters, and what in it means nothing, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from marsad.errors import QueryError
from marsad.model import EventType, Grade
from marsad.record import Filters, Order
from marsad.web.view import View

#: Longer values are no names, words or numbers.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an address: the filter that it sets, whether it may stand several times, what it means."""

    name: str
    filter: str
    means: str
    many: bool = False
    example: str = ""


FIELDS: tuple[Field, ...] = (
    Field(
        "q",
        "text",
        "Words of the evidence, of a value or of a name, in any spelling; all of them",
        example="عبوة ناسفة",
    ),
    Field("from", "first", "Not over before this day", example="2021-05-02"),
    Field("to", "last", "Begun by this day", example="2021-06-30"),
    Field("type", "types", "Event type of the codebook", many=True, example="bombing"),
    Field("actor", "actor", "Actor code, on either side", example="ISIS"),
    Field(
        "place", "place", "A place or one that holds it, a name in any spelling or an id", example="الأنبار"
    ),
    Field("country", "country", "ISO 3166 code of three letters", example="IRQ"),
    Field("min_killed", "min_killed", "At least so many killed, by the best count", example="5"),
    Field("max_killed", "max_killed", "At most so many killed, by the best count", example="20"),
    Field("min_wounded", "min_wounded", "At least so many wounded, by the best count", example="5"),
    Field("max_wounded", "max_wounded", "At most so many wounded, by the best count", example="20"),
    Field("grade", "grades", "Grade of evidence", many=True, example="single source"),
    Field("outlet", "source", "Told by this source", example=""),
    Field("sources", "sources", "Told by at least so many independent sources", example="2"),
    Field("reviewed", "reviewed", "Whether people decided on one of its tellings: yes or no", example="yes"),
    Field("bbox", "box", "Point within west,south,east,north in degrees", example="42,32,46,36"),
)
ORDERS: tuple[Order, ...] = get_args(Order)
_BY_NAME = {field.name: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Fault:
    """A parameter that means nothing: which, its value, and why (`reasons` has the words)."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An address understood: filters, order, page, and what could not be understood."""

    filters: Filters
    order: Order
    page: int
    pairs: tuple[tuple[str, str], ...]
    faults: tuple[Fault, ...]

    def values(self, name: str) -> list[str]:
        """The values of a parameter as they were given."""
        return [value for key, value in self.pairs if key == name]

    def value(self, name: str) -> str:
        """The value of a parameter as it was given, nothing where it was not."""
        return next(iter(self.values(name)), "")

    def address(self, *, without: Iterable[str] = (), **more: Any) -> str:
        """The query string of this question, with some parameters left out and others set."""
        left_out = {*without, *more, "page"} - ({"page"} if "page" in more else set())
        pairs = [(k, v) for k, v in self.pairs if k not in left_out]
        pairs += [(k, str(v)) for k, v in more.items() if v not in (None, "")]
        return urlencode(pairs)

    def without(self, name: str, value: str) -> str:
        """The query string without one value of one parameter."""
        return urlencode([(k, v) for k, v in self.pairs if (k, v) != (name, value) and k != "page"])


def understand(params: QueryParams, *, also: Iterable[str] = ("sort", "page")) -> Asked:
    """What the parameters ask for; `also` are those that are no filters."""
    pairs = tuple((k, v.strip()) for k, v in params.multi_items() if v.strip())
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    known_others = frozenset(also)
    for name, value in pairs:
        field = _BY_NAME.get(name)
        if field is None:
            if name not in known_others:
                faults.append(Fault(name, value, "unknown"))
            continue
        try:
            found = _read(name, value)
        except ValueError as error:
            faults.append(Fault(name, value, str(error)))
            continue
        if field.many:
            values.setdefault(field.filter, []).append(found)
        elif field.filter in values:
            faults.append(Fault(name, value, "twice"))
        else:
            values[field.filter] = found
    ready: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    filters = Filters(**ready)
    faults += _contradictions(filters)
    order, page = _listing(params, faults) if "sort" in known_others else ("latest", 1)
    return Asked(filters, order, page, pairs, tuple(faults))


def _listing(params: QueryParams, faults: list[Fault]) -> tuple[Order, int]:
    order = params.get("sort") or "latest"
    if order not in ORDERS:
        faults.append(Fault("sort", order, "order"))
        order = "latest"
    page = params.get("page") or "1"
    if not (page.isascii() and page.isdigit() and len(page) <= 6 and 1 <= int(page) <= 100_000):
        faults.append(Fault("page", page, "number"))
        page = "1"
    return order, int(page)  # type: ignore[return-value]


def _read(name: str, value: str) -> Any:
    """The value of a parameter; raises `ValueError` with the reason why it is none."""
    if len(value) > _LONGEST:
        raise ValueError("long")
    return _READERS.get(name, str)(value)


def read_day(value: str) -> date:
    """The day that a value names, in digits of any script; raises `ValueError` where it names none."""
    try:
        return date.fromisoformat(_western(value))
    except ValueError:
        raise ValueError("day") from None


def _number(value: str) -> int:
    digits = _western(value)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise ValueError("number")
    return int(digits)


def _western(value: str) -> str:
    """Arabic digits are typed as readily as Western ones."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in value)


def _yes_or_no(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("yes or no")
    return value == "yes"


def _one_of(choices: tuple[str, ...], reason: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(reason)
        return value

    return read


def _box(value: str) -> tuple[float, ...]:
    try:
        sides = tuple(float(side) for side in value.split(","))
    except ValueError:
        raise ValueError("box") from None
    if len(sides) != 4 or not all(-360 <= side <= 360 for side in sides):
        raise ValueError("box")
    return sides


_READERS: Mapping[str, Callable[[str], Any]] = {
    "from": read_day, "to": read_day, "bbox": _box, "reviewed": _yes_or_no,
    **dict.fromkeys(("min_killed", "max_killed", "min_wounded", "max_wounded", "sources"), _number),
    "type": _one_of(get_args(EventType), "type"), "grade": _one_of(get_args(Grade), "grade"),
}  # fmt: skip
#: Which parameter is at fault when filters contradict each other or cannot match by their form.
_BLAMED = (
    ("period", "to", "swapped"), ("killed", "max_killed", "swapped"), ("wounded", "max_wounded", "swapped"),
    ("country", "country", "country"), ("map frame", "bbox", "box"), ("no word", "q", "words"), ("sources", "sources", "number"),
)  # fmt: skip


def _contradictions(filters: Filters) -> list[Fault]:
    try:
        filters.check()
    except QueryError as error:
        field, reason = next((f, r) for sign, f, r in _BLAMED if sign in error.message)
        return [Fault(field, "", reason)]
    return []


def reason(fault: Fault, view: View) -> str:
    """What is wrong with a parameter, in the reader's language."""
    said = {
        "unknown": view.gettext("There is no such filter."),
        "twice": view.gettext("This filter may stand only once."),
        "long": view.gettext("This is too long."),
        "day": view.gettext("Not a day. Write year-month-day, as 2021-05-02."),
        "number": view.gettext("Not a whole number."),
        "type": view.gettext("There is no such event type."),
        "grade": view.gettext("There is no such grade."),
        "yes or no": view.gettext("Write yes or no."),
        "cursor": view.gettext("No page gave this cursor."),
        "order": view.gettext("There is no such order."),
        "box": view.gettext("Not a map frame. Write west,south,east,north in degrees."),
        "country": view.gettext("Not a country code. Write three letters, as IRQ or SYR."),
        "words": view.gettext("There is no word in it to search for."),
        "swapped": view.gettext("The end lies before the beginning: swap the two."),
    }
    return said[fault.reason]
