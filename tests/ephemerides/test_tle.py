from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qqnet.ephemerides.omm import MeanElements, Omm, TleParameters
from qqnet.ephemerides.tle import (
    alpha5,
    checksum,
    format_tle,
    name_line,
    number_from_alpha5,
    parse_tle,
    read_tle,
    write_tle,
)  # fmt: skip
from qqnet.errors import InputError
from qqnet.space.timescales import format_utc

# The example of CelesTrak's documentation of the format.
ISS = """\
ISS (ZARYA)
1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927
2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537
"""
NAME, ONE, TWO = ISS.splitlines()


def test_reads_columns():
    (omm,) = parse_tle(ISS)
    assert (omm.object_name, omm.object_id, omm.frame, omm.theory) == (
        "ISS (ZARYA)",
        "1998-067A",
        "TEME",
        "SGP4",
    )
    assert format_utc(omm.t, 6) == "2008-09-20T12:25:40.104192Z"
    assert omm.elements == MeanElements(15.72125391, None, 0.0006703, 51.6416, 247.4627, 130.5360, 325.0288)
    assert omm.tle == TleParameters(0, "U", 25544, 292, 56353, -0.11606e-4, None, -0.00002182, 0.0, None)


@pytest.mark.parametrize(
    "text",
    [ISS, f"0 {ISS}", f"{ONE}\n{TWO}\n", ISS.replace("\n", "\r\n"), f"\n\n{ISS}\n", f"{ONE}  \n  {TWO}",
     "\ufeff" + ISS],
)  # fmt: skip
def test_forms_of_a_file(text):
    (omm,) = parse_tle(text.encode())
    assert format_tle(omm) == (ONE, TWO)


def test_several_sets():
    found = parse_tle(ISS + ISS.replace(NAME, "OTHER") + f"{ONE}\n{TWO}\n")
    assert [m.object_name for m in found] == ["ISS (ZARYA)", "OTHER", "25544"]


def test_the_checksum_of_every_line_is_that_of_sgp4():
    from sgp4.io import compute_checksum

    for line in (ONE, TWO, ONE.replace("2", "-")):
        assert checksum(line) == compute_checksum(line)


@pytest.mark.parametrize("number", [0, 5, 99999, 100000, 182931, 239999, 240000, 339999])
def test_alpha5_is_that_of_sgp4(number):
    from sgp4.alpha5 import from_alpha5, to_alpha5

    assert alpha5(number) == to_alpha5(number)
    assert number_from_alpha5(alpha5(number)) == from_alpha5(to_alpha5(number)) == number


def signed(line):
    return f"{line[:68]}{checksum(line)}"


def test_alpha5_in_lines():
    one, two = (signed(line.replace("25544", "Z9999")) for line in (ONE, TWO))
    (omm,) = parse_tle(f"{one}\n{two}\n")
    assert omm.tle.norad_cat_id == 339999
    assert format_tle(omm) == (one, two)


def changed(line, start, text):
    return signed(line[: start - 1] + text + line[start - 1 + len(text) :])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ISS.replace("2927", "2928"), "x.tle:2: checksum '8'; the digits of the line sum up to 7"),
        (ISS.replace("563537", "563530"), "x.tle:3: checksum '0'; the digits of the line sum up to 7"),
        (ISS.replace("2927", "297"), "x.tle:2: line 1 of an element set .* 69 characters; .* has 68"),
        (f"{ONE}\n{ONE}\n", "x.tle:2: line 2 of an element set begins with '2 '"),
        (f"{TWO}\n{ONE}\n", "x.tle:1: a second line without the first before it"),
        (f"{ONE}\n", "x.tle:1: a first line without the second after it"),
        (f"{NAME}\n", r"x.tle: ends after the name 'ISS \(ZARYA\)'"),
        (f"{NAME}\n{NAME}\n", r"x.tle:2: 'ISS \(ZARYA\)' where the first line of an element set was expected"),
        ("", "x.tle: holds no element set"),
        (f"{changed(ONE, 3, '25545')}\n{TWO}\n", "x.tle:2: catalogue number 25544 after a first line of 25545"),
        (f"{changed(ONE, 3, 'I5544')}\n{TWO}\n", "x.tle:1: catalogue number 'I5544' in columns 3 to 7"),
        (f"{changed(ONE, 21, '367')}\n{TWO}\n", "x.tle:1: epoch '08367.51782528': '2008-367T.* is no epoch"),
        (f"{changed(ONE, 19, '60')}\n{TWO}\n", "x.tle:1: epoch '60264.51782528': .* before 1972"),
        (f"{changed(ONE, 54, 'x')}\n{TWO}\n", r"x.tle:1: B\* 'x11606-4' in columns 54 to 61; right is"),
        (f"{changed(ONE, 18, '7')}\n{TWO}\n", "x.tle:1: column 18 holds '7'; a blank is right"),
        (f"{ONE}\n{changed(TWO, 9, '251.6416')}\n", "x.tle:2: an inclination over 180 deg, or an angle over 360"),
        (f"{ONE}\n{changed(TWO, 27, '00.6703')}\n", "x.tle:2: eccentricity '00.6703' in columns 27 to 33"),
        (f"{ONE}\n{changed(TWO, 53, ' 0.00000000')}\n", "x.tle:2: mean motion 0.0; a positive number is right"),
        (b"\xff\xfe1 25544", "x.tle: not a text file"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(text, said):
    with pytest.raises(InputError, match=said):
        parse_tle(text, "x.tle")


fields = st.builds(
    lambda size, ecc, inc, node, peri, anomaly, *rest: (
        MeanElements(
            round(size, 8), None, round(ecc, 7), round(inc, 4), *(round(x, 4) for x in (node, peri, anomaly))
        ),
        TleParameters(
            0, "U", *rest[:3], float(f"{rest[3]:.4e}"), None, round(rest[4], 8), float(f"{rest[5]:.4e}")
        ),
    ),
    st.floats(0.01, 18), st.floats(0, 0.99), st.floats(0, 180), *[st.floats(0, 359.9999)] * 3,
    st.integers(0, 339_999), st.integers(0, 9999), st.integers(0, 99999),
    st.floats(-0.9, 0.9).filter(lambda x: abs(x) > 1e-9) | st.just(0.0), st.floats(-0.99, 0.99),
    st.floats(-0.9, 0.9).filter(lambda x: abs(x) > 1e-9) | st.just(0.0),
)  # fmt: skip


@settings(max_examples=200)
@given(fields, st.integers(0, 2**62), st.sampled_from(["ISS", "0 X", "1 Y", "UNKNOWN NAME"]))
def test_round_trip_is_exact(fields, seed, name):
    elements, tle = fields
    days = 1 + (seed % 36_500_000_000) * 1e-8  # an epoch that the columns can hold
    whole, ticks = int(days), round(days % 1 * 1e8) % 100_000_000
    stamp = f"1 00000U          24{whole:03d}.{ticks:08d}  .00000000  00000-0  00000-0 0    0"
    (dated,) = parse_tle(f"{signed(stamp + ' ')}\n{changed(TWO, 3, '00000')}\n")
    written = Omm(name, "1998-067A", "Earth", "TEME", "SGP4", dated.t, elements, tle)
    lines = format_tle(written)
    (read,) = parse_tle("\n".join([name_line(written), *lines]))
    assert (read.elements, read.tle, read.t) == (elements, tle, dated.t)
    assert read.object_name == name
    assert format_tle(read) == lines
    from sgp4.api import Satrec

    theirs = Satrec.twoline2rv(*lines)
    assert theirs.satnum == tle.norad_cat_id
    assert theirs.bstar == pytest.approx(tle.bstar_per_er, rel=1e-12)
    assert theirs.ecco == elements.eccentricity


def test_files(tmp_path):
    (omm,) = parse_tle(ISS)
    write_tle(tmp_path / "a.tle", omm)
    assert (tmp_path / "a.tle").read_text() == ISS
    write_tle(tmp_path / "b.tle.gz", [omm, omm], names=False)
    assert [format_tle(m) for m in read_tle(tmp_path / "b.tle.gz")] == [(ONE, TWO)] * 2
    with pytest.raises(InputError, match="no element set to write"):
        write_tle(tmp_path / "c.tle", [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"center": "Moon"}, "ISS .*: two lines hold mean motions in TEME about the Earth, not .* about the Moon"),
        ({"t": 2.5e9}, "epoch 2079-.*: two lines hold the years 1957 to 2056"),
        ({"tle": TleParameters(norad_cat_id=340_000)}, "catalogue number 340000 has no place in two lines"),
        ({"tle": TleParameters(bstar_per_er=None)}, r"two lines hold a B\*"),
        ({"tle": TleParameters(mean_motion_dot_rev_day2=1.5)}, "first derivative of mean motion 1.5"),
    ],
)  # fmt: skip
def test_what_has_no_place_in_two_lines(change, said):
    with pytest.raises(InputError, match=said):
        format_tle(replace(parse_tle(ISS)[0], **change))


def test_midnight_and_full_turns_carry():
    (omm,) = parse_tle(ISS)
    late = parse_tle(f"{changed(ONE, 19, '08366.99999999')}\n{TWO}\n")[0]
    turned = replace(omm, t=late.t + 0.0005, elements=replace(omm.elements, raan_deg=359.99996))
    one, two = format_tle(turned)
    assert one[18:32] == "09001.00000000"
    assert two[17:25] == "  0.0000"
