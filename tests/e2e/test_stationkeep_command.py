"""Holding a relay, as a user asks for it."""

import pandas as pd
import pytest

SCENARIO = """
version: 1
name: keep
time: {start: 2030-03-01T00:00:00Z, duration: 1 d, step: 10 min}
seed: 5
nodes:
  - {name: halo, kind: spacecraft, ipn: 1,
     orbit: {type: three-body, family: halo-L2-south, az: 13000 km}, dynamics: numerical}
  - {name: base, kind: site, ipn: 2, body: Moon, latitude: -89 deg, longitude: 0 deg}
"""


@pytest.fixture
def keep(qqnet):
    (qqnet.folder / "keep.yaml").write_text(SCENARIO)
    return qqnet


def test_a_halo_is_held(keep):
    arguments = ("stationkeep", "keep.yaml", "halo", "--duration", "20 d", "--trials", "3")
    answer = keep.json(*arguments, "-o", "burns.csv")
    assert answer["held"] == answer["trials"] == 3
    # Quiet errors: published figures for halo orbits are metres a second and year.
    assert 0.1 < answer["delta_v_m_s_per_year"]["mean"] < 50.0
    table = pd.read_csv(keep.folder / "burns.csv")
    assert set(table["trial"]) == {1, 2, 3}
    assert table["delta_v_m_s"].max() == pytest.approx(answer["burn_m_s"]["max"], rel=1e-12)
    assert keep.json(*arguments)["delta_v_m_s_per_year"] == answer["delta_v_m_s_per_year"]
    other = keep.json(*arguments, "--seed", "6")
    assert other["delta_v_m_s_per_year"] != answer["delta_v_m_s_per_year"]
    spoken = keep(*arguments)
    assert "3 of 3 trials held" in spoken.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("base",), "node 'base' is neither on a three-body orbit nor on one about a body"),
        (("hallo",), "unknown node 'hallo'; did you mean 'halo'?"),
        (("halo", "--duration", "0 d"), "--duration: '0 d' must be above zero"),
        (("halo", "--duration", "100 y"), "covered span"),
        (("halo", "--velocity-error", "1 km"), "--velocity-error: '1 km' is a length; a velocity is needed"),
        (("halo", "--position-error", "-1 km"), "--position-error: '-1 km' must be zero or more"),
        (("halo", "-o", "burns.txt"), "burns.txt: the ending must be .csv or .parquet"),
        (("halo", "--horizon", "50"), "horizon 50"),
    ],
)
def test_what_cannot_be(keep, arguments, words):
    assert words in keep("stationkeep", "keep.yaml", *arguments, code=2).stderr
