import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.ephemerides.naif import CENTER_CODES, CENTERS_BY_CODE, names_kernel, object_codes
from qqnet.errors import InputError


def test_centres_are_read_as_they_are_written():
    assert all(CENTERS_BY_CODE[code] == name for name, code in CENTER_CODES.items())
    assert CENTERS_BY_CODE[499] == "Mars"
    assert 599 not in CENTERS_BY_CODE


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.integers(1, 2**32 - 1), min_size=1, max_size=30))
def test_codes_fit_32_bits_and_are_clear_of_those_of_naif(numbers):
    unique = {name: number for number, name in {number: name for name, number in numbers.items()}.items()}
    codes = object_codes(list(unique), unique)
    assert len(set(codes.values())) == len(unique)
    assert all(-(2**31) < code < -1_000_000 for code in codes.values())


def test_two_objects_of_one_number_are_refused():
    with pytest.raises(InputError, match="'a' and 'b' would both have the NAIF code -1000007"):
        object_codes(["a", "b"], {"a": 7, "b": 7})


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["x" * 37], "at most 36 printable ASCII"),
        (["Relais-é"], "at most 36 printable ASCII"),
        (["Relay", "relay"], "one name in SPICE"),
    ],
)
def test_names_that_spice_cannot_have(names, message):
    with pytest.raises(InputError, match=message):
        names_kernel(object_codes(names))
