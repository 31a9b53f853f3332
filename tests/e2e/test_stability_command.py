"""Years, as a user asks for them."""

import pytest

SCENARIO = """
version: 1
name: years
time: {start: 2040-06-01T00:00:00Z, duration: 6 h, step: 10 min}
nodes:
  - {name: sat, kind: constellation, network: moon, ipn: 10, services: [navigation],
     pattern: {type: walker-delta, satellites: 6, planes: 3, phasing: 1},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
grids:
  - {body: Moon, subdivisions: 1, mask: 5 deg, fold: 4}
"""


@pytest.fixture
def years(qqnet):
    (qqnet.folder / "years.yaml").write_text(SCENARIO)
    return qqnet


def test_a_month_with_too_few_satellites(years):
    # Six satellites never cover the Moon four-fold, which the exit code says.
    answer = years.json("stability", "years.yaml", "--duration", "30 d", "--step", "2 h", code=1)
    assert answer["body"] == "Moon"
    assert not answer["kept"]["held_throughout"]
    assert answer["free"]["held_days"] == 0
    assert answer["free"]["first_shortfall"].startswith("2040-06-01")
    spoken = years("stability", "years.yaml", "--duration", "20 d", "--step", "2 h", "--no-keeping", code=1)
    assert "left alone" in spoken.stdout
    assert "delta-v" not in spoken.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--duration", "3"), "--duration: '3' has no unit"),
        (("--duration", "40 y"), "covered span"),
        (("--duration", "1 h"), "at least two revolutions"),
        (("--body", "Mars"), "no grid at 'Mars'"),
        (("--mask", "100 deg"), "mask"),
    ],
)
def test_what_cannot_be(years, arguments, words):
    assert words in years("stability", "years.yaml", *arguments, code=2).stderr
