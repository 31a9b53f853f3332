"""The stage of navigation satellites: made where it is asked for, kept, and reused."""

import pytest

from qqnet.errors import InputError
from qqnet.scenario.loading import from_text
from qqnet.study import keys
from qqnet.study.study import Study

TEXT = """
version: 1
name: listeners
time: {start: 2030-03-01T00:00:00Z, duration: 6 h, step: 10 min}
nodes:
  - {name: sat, kind: spacecraft, network: moon, ipn: 10,
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}
gnss:
  systems: [GPS, Galileo]
  step: 30 min
  receivers: [{name: rx, nodes: [sat], antenna: {gain: 15 dBi}, noise_temperature: 200 K}]
"""


def test_a_folder_keeps_it(tmp_path):
    first = Study(from_text(TEXT), tmp_path / "study").complete()
    assert (tmp_path / "study" / "gnss.nc").is_file()
    again = Study.open(tmp_path / "study")
    assert again.gnss.data.equals(first.gnss.data)
    assert again.summary["gnss"]["nodes"][0]["node"] == "sat"
    asked = [one["question"] for one in again.summary["headlines"]]
    assert "How much of the time can four or more of the Earth's navigation satellites be used?" in asked


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("noise_temperature: 200 K", "noise_temperature: 201 K", False),
        ("[GPS, Galileo]", "[GPS]", False),
        ("step: 30 min", "step: 20 min", False),
        ("step: 10 min", "step: 5 min", True),
        ("gnss:", "gnss:\n  description: other words", True),
    ],
)
def test_the_key_follows_what_the_result_depends_on(old, new, same):
    before, after = keys.stages(from_text(TEXT)), keys.stages(from_text(TEXT.replace(old, new)))
    assert (before["gnss"] == after["gnss"]) is same
    assert before["orbits"] == after["orbits"]


def test_without_receivers_there_is_no_stage():
    scenario = from_text(TEXT[: TEXT.index("gnss:")])
    assert "gnss" not in keys.stages(scenario)
    with pytest.raises(InputError, match="listeners has no navigation receivers"):
        _ = Study(scenario).gnss
