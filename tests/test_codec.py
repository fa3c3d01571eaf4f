"""Values stored as JSON come back as they were, and bad ones are refused in plain words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.making import day, event

from marsad.errors import RecordError
from marsad.model import Document, Event, Incident, Join, Period, Reading, Span
from marsad.record import codec

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
STORED: tuple[type[Any], ...] = (Document, Reading, Incident, Join)


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
def test_what_is_written_is_read_back(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    text = codec.dumps(value)
    assert codec.loads(kind, text) == value
    assert codec.dumps(codec.loads(kind, text)) == text


def test_a_span_is_two_numbers_and_a_day_is_iso() -> None:
    assert codec.encode(Span(3, 9)) == [3, 9]
    assert codec.encode(Period(day("2021-05-04"), None)) == ["2021-05-04", None]


def test_every_field_is_written_so_that_a_new_default_changes_nothing_old() -> None:
    assert set(codec.encode(event())) == set(Event.__dataclass_fields__)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "picnic"}, "picnic"),
        ({"trigger": [1]}, "Span"),
        ({"count": "two"}, "two"),
        ({"count": True}, "True"),
        ({"period": ["2021-13-01", None]}, "2021-13-01"),
        ({"figures": 7}, "7"),
        ({"colour": "red"}, "Event"),
    ],
)
def test_a_value_of_another_shape_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordError, match="rebuild") as caught:
        codec.decode(Event, {**codec.encode(event()), **change})
    assert said in str(caught.value)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(RecordError, match="not JSON"):
        codec.loads(Reading, "{")
    assert json.loads(codec.dumps(event()))["type"] == "bombing"
