import pytest

from qqnet.ephemerides.formats import FORMATS, by_ending, format_of
from qqnet.errors import InputError


def test_no_two_formats_share_a_key_or_an_ending():
    keys = [form.key for form in FORMATS]
    endings = [ending for form in FORMATS for ending in form.endings]
    assert len(set(keys)) == len(keys)
    assert len(set(endings)) == len(endings)
    assert all(form.reads or form.writes for form in FORMATS)


@pytest.mark.parametrize("form", [form for form in FORMATS if form.writes], ids=lambda form: form.key)
def test_endings_and_keys_find_their_format(form):
    assert format_of("x", form.key) is form
    for ending in form.endings:
        assert format_of(f"a.b/c{ending}") is form
        assert by_ending(f"C{ending.upper()}") is form


@pytest.mark.parametrize("path", ["relay", "relay.txt", "oem", "relay.oem.zip"])
def test_unknown_endings(path):
    with pytest.raises(InputError, match=r"the ending must be one of \.oem, \.xml, \.bsp, \.csv"):
        format_of(path)


def test_unknown_keys_and_packing():
    with pytest.raises(InputError, match="unknown format 'stl'; known: oem, oem-xml, spk"):
        format_of("relay.e", "stl")
    assert format_of("relay.oem.gz").key == "oem"
    with pytest.raises(InputError, match=r"table, CSV is not written packed; leave out \.gz"):
        format_of("relay.csv.gz")
