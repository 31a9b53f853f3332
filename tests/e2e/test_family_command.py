"""Families of three-body orbits, as a user asks for them."""

import pandas as pd
import pytest


def test_names(qqnet):
    assert "halo-L2-south" in qqnet("family").stdout
    answer = qqnet.json("family")
    assert {"name": "dro", "title": "distant retrograde orbits about the secondary"} in answer["families"]
    assert "Sun-Mars" in answer["systems"]


def test_members(qqnet):
    spoken = qqnet("family", "nrho-L2-south", "--members", "4").stdout
    assert "Earth-Moon: nrho-L2-south" in spoken
    assert "1737" in spoken
    answer = qqnet.json("family", "vertical-L3", "--system", "Sun-Venus", "--members", "3")
    assert len(answer["members"]) == 3
    assert answer["system"]["name"] == "Sun-Venus"


@pytest.mark.parametrize(
    ("asked", "key", "value"),
    [
        (("dro", "--resonance", "2:1"), "jacobi", 2.9305207618),
        (("halo-L2-north", "--az", "13000 km"), "period", 3.4063942805),
        (("lyapunov-L1", "--jacobi", "3.05"), "jacobi", 3.05),
        (("nrho-L2-south", "--period", "6.5 d"), "period_d", 6.5),
    ],
)
def test_one_orbit(qqnet, asked, key, value):
    (member,) = qqnet.json("family", *asked)["members"]
    assert member[key] == pytest.approx(value, abs=1e-9)


def test_one_orbit_in_words(qqnet):
    spoken = qqnet("family", "nrho-L2-south", "--resonance", "9:2").stdout
    assert "revolutions in a synodic period   4.500000" in spoken
    assert "6.562353 d" in spoken


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_files(qqnet, ending):
    file = qqnet.folder / f"orbits.{ending}"
    assert "7 orbits" in qqnet("family", "vertical-L3", "--members", "7", "-o", file.name).stderr
    if ending == "json":
        assert len(pd.read_json(file, typ="series")["members"]) == 7
    else:
        table = pd.read_csv(file) if ending == "csv" else pd.read_parquet(file)
        assert len(table) == 7
        assert table["az_km"].iloc[0] < 500


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("halo-L2-sout",), "did you mean 'halo-L2-south'"),
        (("dro", "--system", "Earth-Mars"), "unknown three-body system 'Earth-Mars'; known: Earth-Moon"),
        (("nrho-L2-south", "--resonance", "6:1"), "below the surface of Moon"),
        (("nrho-L2-south", "--resonance", "1:2"), "no member with resonance 1:2; it has periods from"),
        (("dro", "--az", "13000"), "--az: '13000' has no unit"),
        (("dro", "--az", "13000 km"), "planar and have no az"),
        (("dro", "-o", "dro.txt"), "right are .csv, .json and .parquet"),
        (("dro", "-o", "nowhere/dro.csv"), "cannot write"),
        (("--jacobi", "3"), "say which family"),
        (("dro", "--members", "1"), "members"),
    ],
)
def test_what_cannot_be(qqnet, arguments, said):
    assert said in qqnet("family", *arguments, code=2).stderr
