"""Integrated motion in a study: finished work survives a failure, and is used again only where it is the same."""

import numpy as np
import pytest

import qqnet
from qqnet.errors import PropagationError
from qqnet.orbits import numerical
from qqnet.scenario.loading import from_text
from qqnet.space.chebyshev import ChebyshevTable
from qqnet.study import keys
from qqnet.study.motion import MotionStore

TEXT = """
version: 1
name: moving
time: {start: 2030-03-01T00:00:00Z, duration: 12 h, step: 5 min}
nodes:
  - {name: high, kind: constellation, ipn: 10, pattern: {type: walker-delta, satellites: 3, planes: 3},
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}, dynamics: {degree: 4}}
  - {name: falling, kind: spacecraft, ipn: 20, dynamics: {degree: 4},
     orbit: {type: state, body: Moon, position: [6000 km, 0 km, 0 km], velocity: [0 m/s, 300 m/s, 0 m/s]}}
  - {name: still, kind: spacecraft, ipn: 30,
     orbit: {type: keplerian, body: Moon, frame: ICRF, a: 7000 km, e: 0, i: 0 deg}}
"""


def files(folder):
    return sorted(path.name for path in (folder / ".stages" / "motion").glob("*.npz"))


def test_a_failed_run_keeps_what_was_finished_and_the_next_one_uses_it(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    with pytest.raises(PropagationError, match=r"falling: meets the surface of the Moon .* at 2030-03-01T"):
        qqnet.run(from_text(TEXT), folder)
    kept = files(folder)
    assert len(kept) == 3
    assert not (folder / "trajectories.npz").exists()
    asked = []
    propagate = numerical.propagate

    def watched(*args, **options):
        asked.extend(options["names"])
        return propagate(*args, **options)

    monkeypatch.setattr(numerical, "propagate", watched)
    mended = from_text(TEXT.replace("300 m/s", "900 m/s"))
    study = qqnet.run(mended, folder)
    assert asked == ["falling"]
    assert set(kept) < set(files(folder))
    fresh = qqnet.Study(mended).trajectories
    for ours, theirs in zip(study.trajectories.bank.arrays(), fresh.bank.arrays(), strict=True):
        assert np.array_equal(ours, theirs)
    asked.clear()
    less = qqnet.run(from_text(TEXT.replace("300 m/s", "900 m/s").replace("satellites: 3, planes: 3",
                                            "satellites: 1, planes: 1")), folder)  # fmt: skip
    assert asked == []  # the first satellite and the other are there
    assert len(less.trajectories) == 3
    assert len(files(folder)) == 2  # and what the scenario no longer has is gone


def test_the_summary_says_how_each_node_moves():
    scenario = from_text(TEXT.replace("300 m/s", "900 m/s"))
    told = {entry["name"]: entry for entry in qqnet.Study(scenario).summary["nodes"]}
    assert told["high"]["count"] == 3
    assert told["high"]["kind"] == "constellation"
    assert told["high"]["dynamics"].startswith("Moon 4x4 (GRGM1200A), Earth, Sun")
    assert told["still"]["dynamics"] == "two-body"


@pytest.mark.parametrize(
    ("old", "new"),
    [("dynamics: {degree: 4}}", "dynamics: {degree: 5}}"), (", dynamics: {degree: 4}}", "}")],
)
def test_other_dynamics_make_orbits_stale(old, new):
    assert old in TEXT
    assert keys.orbits(from_text(TEXT)) != keys.orbits(from_text(TEXT.replace(old, new)))


OPM = """\
CCSDS_OPM_VERS = 2.0
CREATION_DATE = 2030-01-01T00:00:00
ORIGINATOR = TEST
OBJECT_NAME = A
OBJECT_ID = 2030-001A
CENTER_NAME = MOON
REF_FRAME = ICRF
TIME_SYSTEM = UTC
EPOCH = 2030-03-01T00:00:00
X = 9000.0
Y = 0.0
Z = 0.0
X_DOT = 0.0
Y_DOT = 0.7
Z_DOT = 0.0
"""


def test_another_message_makes_orbits_stale(tmp_path):
    text = (
        TEXT[: TEXT.index("  - {name: falling")]
        + "  - {name: A, kind: spacecraft, ipn: 9, orbit: {type: opm, file: a.opm}}\n"
    )
    (tmp_path / "a.opm").write_text(OPM)
    scenario = from_text(text, directory=tmp_path)
    before = keys.orbits(scenario)
    (tmp_path / "a.opm").write_text(OPM.replace("X = 9000", "X = 9001"))
    assert keys.orbits(scenario) != before


def test_other_code_and_damaged_files_are_not_used(tmp_path):
    table = ChebyshevTable(1.5, 60.0, np.arange(12.0).reshape(2, 3, 2), "A")
    store = MotionStore(tmp_path, "code")
    store.keep("key", table)
    again = MotionStore(tmp_path, "code").find("key")
    assert (again.start_s, again.interval_s, again.name) == (1.5, 60.0, "A")
    assert np.array_equal(again.coefficients, table.coefficients)
    assert MotionStore(tmp_path, "other code").find("key") is None
    assert store.find("other key") is None
    (path,) = (tmp_path / ".stages" / "motion").glob("*.npz")
    whole = path.read_bytes()
    for damaged in (b"", whole[:100], whole[:-30], b"text"):
        path.write_bytes(damaged)
        assert store.find("key") is None
