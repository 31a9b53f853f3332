"""Quantities: what users write is what is read, and what is refused says why."""

from __future__ import annotations

import math
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet import units
from qqnet.units import DIMENSIONS, Dimension, parse, write


def outcome(text: str, dimension: Dimension) -> float | str:
    """The magnitude, or the message of the refusal; any other error is a failure."""
    try:
        return parse(text, dimension)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("9000 km", units.LENGTH, 9000.0),
        ("9000km", units.LENGTH, 9000.0),
        ("  22 cm ", units.LENGTH, 22e-5),
        ("1550 nm", units.LENGTH, 1550e-12),
        ("3 µm", units.LENGTH, 3e-9),
        ("3 μm", units.LENGTH, 3e-9),
        ("1 AU", units.LENGTH, 149597870.7),
        ("-12 m", units.LENGTH, -0.012),
        (".5 km", units.LENGTH, 0.5),
        ("1.5e3 km", units.LENGTH, 1500.0),
        ("12 h", units.DURATION, 43200.0),
        ("1 d", units.DURATION, 86400.0),
        ("10 minutes", units.DURATION, 600.0),
        ("180 deg", units.ANGLE, math.pi),
        ("90 °", units.ANGLE, math.pi / 2),
        ("1 µrad", units.ANGLE, 1e-6),
        ("3600 arcsec", units.ANGLE, math.pi / 180),
        ("-90 deg/d", units.ANGULAR_RATE, -math.pi / 2 / 86400),
        ("26.5 GHz", units.FREQUENCY, 26.5e9),
        ("20 W", units.POWER, 20.0),
        ("30 dBm", units.POWER, 1.0),
        ("10 dBW", units.POWER, 10.0),
        ("100 Mbit/s", units.DATA_RATE, 1e8),
        ("100 Mbps", units.DATA_RATE, 1e8),
        ("1 kB/s", units.DATA_RATE, 8000.0),
        ("2 GB", units.DATA_SIZE, 2e9),
        ("2 GiB", units.DATA_SIZE, 2 * 2**30),
        ("8 Mbit", units.DATA_SIZE, 1e6),
        ("150 K", units.TEMPERATURE, 150.0),
        ("-3 dB", units.DECIBEL, -3.0),
        ("46 dBi", units.GAIN, 46.0),
        ("46 dB", units.GAIN, 46.0),
        ("1.5 km/s", units.VELOCITY, 1.5),
        ("-12 m/s", units.VELOCITY, -0.012),
        ("1.2 t", units.MASS, 1200.0),
        ("500 g", units.MASS, 0.5),
        ("10 m2", units.AREA, 10.0),
        ("10 m²", units.AREA, 10.0),
        ("10 m^2", units.AREA, 10.0),
        ("25 cm2", units.AREA, 25e-4),
        ("0.01 m2/kg", units.AREA_TO_MASS, 0.01),
        ("0.1 cm²/g", units.AREA_TO_MASS, 0.01),
        ("90 mN", units.FORCE, 0.09),
        ("490 N", units.FORCE, 490.0),
    ],
)
def test_quantities_are_read_into_internal_units(text, dimension, expected):
    assert parse(text, dimension) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("text", ["90 deg", "5400 arcmin", "324000 arcsec"])
def test_a_right_angle_is_exactly_half_pi(text):
    """Or latitudes of 90 deg would be refused as beyond the pole."""
    assert parse(text, units.ANGLE) == math.pi / 2


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (9000, "has no unit; a length is needed, such as '9000 km'"),
        (9000.5, "has no unit; a length is needed, such as '9000 km'"),
        ("9000", "has no unit; a length is needed, such as '9000 km'"),
        ("9000 s", "is a duration; a length is needed, such as '9000 km'"),
        ("9000 Mbps", "is a data rate; a length is needed, such as '9000 km'"),
        ("3 dB", "is a ratio in decibels; a length is needed, such as '9000 km'"),
        ("3 dBm", "is a power; a length is needed, such as '9000 km'"),
        ("3 km/s", "is a velocity; a length is needed, such as '9000 km'"),
        ("3 km*s", "is in 'km*s', another kind of quantity; a length is needed, such as '9000 km'"),
        ("3 m2", "is an area; a length is needed, such as '9000 km'"),
        (
            "9000 KM",
            "has the unknown unit 'KM' (did you mean 'km'?); a length is needed, such as '9000 km'",
        ),
        ("9000 parrots", "has the unknown unit 'parrots'; a length is needed, such as '9000 km'"),
        ("1e999 km", "is too large; a length is needed, such as '9000 km'"),
        ("1e305 AU", "is too large; a length is needed, such as '9000 km'"),
    ],
)
def test_the_message_says_what_is_wrong_and_what_would_be_right(value, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse(value, units.LENGTH)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "km",
        "nan km",
        "inf km",
        "9,000 km",
        "9 000 km",
        "1_000 km",
        "1.5.3 km",
        "--5 km",
        True,
        None,
        [1],
        "９ km",
    ],
)
def test_what_is_no_number_with_a_unit_is_refused_as_such(value):
    with pytest.raises(
        ValueError, match="is not a number with a unit; a length is needed, such as '9000 km'"
    ):
        parse(value, units.LENGTH)


@pytest.mark.parametrize(
    ("text", "dimension", "kind"),
    [
        ("1 MHz", units.DATA_RATE, "is a frequency"),
        ("1 Mbit/s", units.FREQUENCY, "is a data rate"),
        ("1 Hz", units.ANGULAR_RATE, "is a frequency"),
        ("1 deg", units.ANGULAR_RATE, "is an angle"),
        ("1 W", units.GAIN, "is a power"),
        ("1e9 dBm", units.POWER, "is too large"),
    ],
)
def test_dimensions_that_si_confuses_are_kept_apart(text, dimension, kind):
    with pytest.raises(ValueError, match=f"^{kind}; "):
        parse(text, dimension)


@pytest.mark.parametrize(
    "unit", ["m^9^9^9^9", "m*9**9**9**9", "m**9**9**9", "m" * 10_000, "/".join("m" * 5000)]
)
def test_a_unit_is_not_evaluated_beyond_a_small_grammar(unit):
    """In a process of its own: a power tower would never come back, nor could it be interrupted."""
    code = "from qqnet.units import *\ntry:\n parse('1 {}', LENGTH)\nexcept ValueError as e:\n print(e)"
    done = subprocess.run(
        [sys.executable, "-c", code.format(unit)], capture_output=True, text=True, timeout=20, check=True
    )
    assert "unknown unit" in done.stdout
    assert len(done.stdout) < 200


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(DIMENSIONS))
def test_writing_and_reading_gives_the_same_float(value, dimension):
    assert parse(write(value, dimension), dimension) == value


@given(st.text(), st.sampled_from(DIMENSIONS))
def test_any_text_gives_a_finite_number_or_a_value_error(text, dimension):
    found = outcome(text, dimension)
    assert dimension.example in found if isinstance(found, str) else math.isfinite(found)


@given(
    st.from_regex(r"-?[0-9]{1,4}(\.[0-9])?(e-?[0-9]{1,3})? ?[a-zA-Zµ/*^0-9 -]{0,12}", fullmatch=True),
    st.sampled_from(DIMENSIONS),
)
def test_odd_units_give_a_finite_number_or_a_value_error(text, dimension):
    found = outcome(text, dimension)
    assert dimension.example in found if isinstance(found, str) else math.isfinite(found)


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.name)
def test_examples_and_common_units_of_each_dimension_are_read(dimension):
    assert math.isfinite(parse(dimension.example, dimension))
    assert parse(f"1 {dimension.unit}", dimension) == 1.0
    for unit in dimension.common:
        assert math.isfinite(parse(f"1 {unit}", dimension))


def test_numpy_numbers_are_written_as_numbers():
    numpy = pytest.importorskip("numpy")
    assert write(numpy.float64(0.1), units.LENGTH) == "0.1 km"
