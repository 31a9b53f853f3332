"""Field types: read as written, bounded, and written so that they are read the same."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from qqnet.scenario import quantities
from qqnet.scenario.quantities import Internal, Quantity
from qqnet.space.timescales import tdb_from_utc

TYPES = {
    name: (TypeAdapter(item), item.__metadata__[0])
    for name, item in vars(quantities).items()
    if isinstance(getattr(item, "__metadata__", (None,))[0], Quantity)
}


def test_all_dimensions_have_a_type():
    assert len({kind.dimension for _, kind in TYPES.values()}) == 19


@pytest.mark.parametrize("name", TYPES)
@given(data=st.data())
def test_what_is_written_is_read_as_the_same_float(name, data):
    adapter, kind = TYPES[name]
    low, high = max(kind.at_least, -1e30), min(kind.at_most, 1e30)
    value = data.draw(st.floats(low, high))
    written = adapter.dump_python(adapter.validate_python(Internal(value)))
    assert written.endswith(f" {kind.dimension.unit}")
    assert adapter.validate_python(written) == value


@pytest.mark.parametrize("name", TYPES)
def test_limits_hold_for_text_and_for_python(name):
    adapter, kind = TYPES[name]
    for value in (math.nan, math.inf, -math.inf, 1e31):
        with pytest.raises(ValidationError):
            adapter.validate_python(Internal(value))
    beyond = [limit for limit in (kind.at_least - 1.0, kind.at_most + 1.0) if abs(limit) < 1e3]
    for value in beyond:
        with pytest.raises(ValidationError, match=r"must be "):
            adapter.validate_python(f"{value!r} {kind.dimension.unit}")
    assert bool(kind.bounds) == (kind.at_least > -1e30 or kind.at_most < 1e30)


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("value", [9000, 9000.0, True, None, [], {}, b"9000 km"])
def test_a_plain_number_has_no_unit(name, value):
    with pytest.raises(ValidationError, match=r"has no unit|is not a number with a unit"):
        TYPES[name][0].validate_python(value)


@pytest.mark.parametrize("text", ["90 deg", "-90 deg", "5400 arcmin"])
def test_the_poles_are_latitudes(text):
    assert abs(TYPES["Latitude"][0].validate_python(text)) == math.pi / 2


EPOCH = TypeAdapter(quantities.Epoch)


def test_epochs_are_kept_as_written():
    for text in ("2040-06-01T00:00:00Z", "2040-06-01", "2040-06-01 12:30", "2016-12-31T23:59:60Z"):
        assert EPOCH.validate_python(text) == text


@given(
    st.datetimes(datetime(1973, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from([None, UTC, timezone(timedelta(hours=8))]),
)
def test_epochs_may_be_datetimes(moment, zone):
    moment = moment.replace(tzinfo=zone)
    assert tdb_from_utc(EPOCH.validate_python(moment)) == tdb_from_utc(moment)


@pytest.mark.parametrize(
    "value", ["tomorrow", "", "2040", "2040-13-01", "1950-01-01", "2040-06-01T25:00", 2040, 1.5, None, []]
)
def test_what_is_no_epoch_is_refused(value):
    with pytest.raises(ValidationError, match="UTC"):
        EPOCH.validate_python(value)


@given(st.text(max_size=30))
def test_any_text_is_an_epoch_or_refused(text):
    try:
        assert EPOCH.validate_python(text) == text
    except ValidationError as error:
        assert len(error.errors()) == 1  # noqa: PT017
