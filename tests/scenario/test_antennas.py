"""Kinds of antenna in a scenario: what is read as which, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from qqnet.errors import ScenarioError
from qqnet.links.antenna_of import antenna_of
from qqnet.scenario import antennas as kinds
from qqnet.scenario.loading import from_text, load, shipped_text
from qqnet.scenario.model import Scenario
from qqnet.study import keys

BASE: dict[str, Any] = yaml.safe_load(shipped_text("lunar-relay"))
PATTERN = "angle_deg,gain_dbi\n0,30\n2,27\n10,5\n180,-10\n"


def scenario(
    directory: Path | None = None, receive: dict[str, Any] | None = None, **antenna: Any
) -> Scenario:
    """Return the teaching example with another antenna and receiver at its S-band relay."""
    terminal = dict(BASE["terminals"]["s-relay"])
    if antenna:
        terminal["antenna"] = antenna
    if receive is not None:
        terminal["receive"] = {"lowest": "2200 MHz", "highest": "2290 MHz", **receive}
    document = {**BASE, "terminals": {**BASE["terminals"], "s-relay": terminal}}
    return from_text(yaml.safe_dump(document), directory=directory)


def fault(
    directory: Path | None = None, receive: dict[str, Any] | None = None, **antenna: Any
) -> tuple[str, str]:
    with pytest.raises(ScenarioError) as caught:
        scenario(directory, receive, **antenna)
    (one,) = caught.value.faults
    return one.path, one.message


GOOD: dict[str, tuple[type, float, dict[str, Any]]] = {
    "diameter alone": (kinds.Parabola, 24.8, {"diameter": "1 m"}),
    "gain alone": (kinds.StatedGain, 7.0, {"gain": "7 dBi"}),
    "gain of an aperture": (kinds.StatedGain, 24.0, {"gain": "24 dBi", "diameter": "1 m"}),
    "parabola": (
        kinds.Parabola,
        30.7,
        {"type": "parabola", "diameter": "2 m", "surface_error": "1 mm", "blockage": 0.1, "side_lobes": "S.465"},
    ),
    "helix": (kinds.Helix, 14.9, {"type": "helix", "turns": 10, "diameter": "47 mm", "spacing": "34 mm"}),
    "patch": (kinds.Patch, 6.2, {"type": "patch", "length": "45 mm", "width": "55 mm"}),
    "array": (
        kinds.PhasedArray,
        21.7,
        {"type": "array", "elements": [8, 8], "spacing": "65 mm", "element_gain": "5 dBi", "scan": "30 deg"},
    ),
    "points": (
        kinds.PatternAntenna,
        20.0,
        {
            "type": "pattern",
            "pattern": [
                {"angle": "0 deg", "gain": "20 dBi"},
                {"angle": "10 deg", "gain": "10 dBi"},
                {"angle": "30 deg", "gain": "0 dBi"},
            ],
            "beyond": "-10 dBi",
        },
    ),
    "polarised": (
        kinds.StatedGain,
        7.0,
        {"gain": "7 dBi", "polarisation": "RHCP", "axial_ratio": "1.5 dB"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_kinds_are_read_and_have_the_gain_of_their_formulas(name: str) -> None:
    kind, gain, written = GOOD[name]
    terminal = scenario(**written).terminals["s-relay"]
    assert isinstance(terminal.antenna, kind)  # type: ignore[union-attr]
    assert antenna_of(terminal.antenna).gain_at_dbi(2.15e9) == pytest.approx(gain, abs=0.6)  # type: ignore[union-attr]
    if kind not in (kinds.Patch, kinds.PhasedArray, kinds.PatternAntenna):
        beam = antenna_of(terminal.antenna).half_power_beamwidth_rad(2.15e9)  # type: ignore[union-attr]
        assert terminal.antenna.beam_rad(2.15e9) == pytest.approx(beam, rel=1e-12)  # type: ignore[union-attr]
    again = type(terminal).model_validate(terminal.model_dump(mode="json", by_alias=True, exclude_unset=True))
    assert again == terminal


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "no size": ({"efficiency": 0.5}, "", "needs exactly one of diameter and gain, or the type of another kind"),
    "unknown kind": ({"type": "horn"}, ".type", "must be one of 'parabola', 'gain', 'helix', 'patch', 'array'"),
    "impossible gain": (
        {"gain": "30 dBi", "diameter": "1 m"},
        "",
        "has a gain of 30 dBi, and an aperture of 1 m can give at most 26.72 dBi at 2.0675 GHz, at 100 %",
    ),
    "three numbers for two": ({"gain": "20 dBi", "diameter": "1 m", "efficiency": 0.5}, ".efficiency", "leave"),
    "efficiency above one": ({"diameter": "1 m", "efficiency": 1.2}, ".efficiency", "must be at most 1"),
    "rough surface": (
        {"diameter": "1 m", "surface_error": "2 cm"},
        "",
        "has a surface error of 20 mm rms, and Ruze's loss is used up to 0.080 wavelengths, 11.54 mm at 2.0675",
    ),
    "helix too small": (
        {"type": "helix", "turns": 10, "diameter": "30 mm", "spacing": "22 mm"},
        "",
        "has a helix of 0.650 wavelengths around at 2.0675 GHz; it radiates along its axis from 0.8 to 1.15",
    ),
    "helix too steep": (
        {"type": "helix", "turns": 10, "diameter": "47 mm", "spacing": "60 mm"},
        ".spacing",
        "makes a pitch of 22.1 deg, and the formulas hold for 11.5 to 14.5 deg; 34.09 mm is 13 deg",
    ),
    "few turns": (
        {"type": "helix", "turns": 2, "diameter": "47 mm", "spacing": "34 mm"},
        ".turns",
        "must be at least 3",
    ),
    "grating lobes": (
        {"type": "array", "elements": [4, 4], "spacing": "10 cm", "element_gain": "5 dBi", "scan": "60 deg"},
        "",
        "has elements 100 mm apart; at 2.0675 GHz a scan to 60 deg has grating lobes above 77.71 mm",
    ),
    "array of what": (
        {"type": "array", "elements": [4], "spacing": "5 cm", "element_gain": "5 dBi"},
        ".elements",
        "must be two whole numbers from 1 to 1000",
    ),
    "pattern in wrong order": (
        {
            "type": "pattern",
            "pattern": [
                {"angle": "0 deg", "gain": "9 dBi"},
                {"angle": "20 deg", "gain": "3 dBi"},
                {"angle": "10 deg", "gain": "0 dBi"},
            ],
        },
        ".pattern",
        "has angle 10 deg (point 3) after 20 deg; angles must ascend",
    ),
    "pattern that ends": (
        {
            "type": "pattern",
            "pattern": [
                {"angle": "0 deg", "gain": "9 dBi"},
                {"angle": "20 deg", "gain": "3 dBi"},
                {"angle": "40 deg", "gain": "0 dBi"},
            ],
        },
        ".pattern",
        "ends at 40 deg; let it reach 180 deg, or say with 'beyond' what gain follows",
    ),
    "tilt of a circle": ({"gain": "3 dBi", "polarisation": "RHCP", "tilt": "3 deg"}, ".tilt", "of linear"),
    "beam narrower than its pointing": (
        {"diameter": "1 m", "pointing_error": "6 deg"},
        ".pointing_error",
        "is outside the half-power beam of 10.15 deg full width at 2.0675 GHz; it must be at most half of that",
    ),
    "ratio of nothing": ({"gain": "3 dBi", "axial_ratio": "3 dB"}, ".axial_ratio", "belongs to circular"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_impossible_antennas_are_refused_at_their_place(name: str) -> None:
    written, key, message = BAD[name]
    path, found = fault(**written)
    assert path == f"terminals.s-relay.antenna{key}"
    assert message in found


FILES = {
    "text": ("angle_deg,gain_dbi\n0,30\n2,loud\n", "line 3: gain_dbi is 'loud'; a number is needed"),
    "missing": ("angle_deg,gain_dbi\n0,30\n2\n", "line 3: gain_dbi is ''; a number is needed"),
    "not a number": (
        "angle_deg,gain_dbi\n0,30\n2,nan\n",
        "line 3: gain_dbi is 'nan'; a finite number is needed",
    ),
    "order": (
        "angle_deg,gain_dbi\n0,30\n9,2\n4,7\n",
        "has angle 4 deg (point 3) after 9 deg; angles must ascend",
    ),
    "no axis": (
        "angle_deg,gain_dbi\n1,30\n9,2\n40,7\n",
        "begins at 1 deg; the first angle must be 0 deg, the axis",
    ),
    "columns": ("theta,gain\n0,30\n", "the first line must name the columns angle_deg and gain_dbi"),
    "empty": ("", "the first line must name the columns"),
    "few": ("angle_deg,gain_dbi\n0,30\n", "has 1 point; at least 3 are needed"),
    "off axis": ("angle_deg,gain_dbi\n0,30\n1,31\n180,0\n", "has its peak of 31 dBi at 1 deg"),
    "no beam": ("angle_deg,gain_dbi\n0,30\n1,29\n180,28\n", "never falls to half of its peak"),
    "beyond half a turn": ("angle_deg,gain_dbi\n0,30\n2,5\n190,0\n", "angles from the axis go from 0 to 180"),
    "short": ("angle_deg,gain_dbi\n0,30\n2,5\n90,0\n", "ends at 90 deg; let it reach 180 deg"),
    "cuts apart": (
        "cut_deg,angle_deg,gain_dbi\n0,0,30\n0,5,2\n0,180,0\n90,0,20\n90,5,2\n90,180,0\n",
        "the cuts have 20 to 30 dBi on the axis, which they share",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_broken_files_are_refused_with_their_line(name: str, tmp_path: Path) -> None:
    text, message = FILES[name]
    (tmp_path / "horn.csv").write_text(text, encoding="utf-8")
    path, found = fault(tmp_path, type="pattern", pattern={"file": "horn.csv"})
    assert path == "terminals.s-relay.antenna.pattern.file"
    assert message in found


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path, found = fault(tmp_path, type="pattern", pattern={"file": "horn.csv"})
    assert path == "terminals.s-relay.antenna.pattern.file"
    assert "cannot be read" in found


def test_a_file_is_read_beside_its_scenario_and_through_one_that_extends_it(tmp_path: Path) -> None:
    (tmp_path / "antennas").mkdir()
    (tmp_path / "antennas" / "horn.csv").write_text("# measured\n" + PATTERN, encoding="utf-8")
    terminals = {**BASE["terminals"]}
    terminals["s-relay"] = {
        **terminals["s-relay"],
        "antenna": {"type": "pattern", "pattern": {"file": "horn.csv"}},
    }
    first = tmp_path / "antennas" / "first.yaml"
    first.write_text(yaml.safe_dump({**BASE, "terminals": terminals}), encoding="utf-8")
    second = tmp_path / "second.yaml"
    second.write_text("extends: antennas/first.yaml\nname: second\n", encoding="utf-8")
    for path in (first, second):
        antenna = antenna_of(load(path).terminals["s-relay"].antenna)  # type: ignore[union-attr]
        assert antenna.gain_at_dbi(2.2e9) == 30.0
        assert antenna.mean_gain_off_axis_dbi(2.2e9, 0.0) == pytest.approx(30.0)


def test_a_changed_file_makes_contacts_stale(tmp_path: Path) -> None:
    (tmp_path / "horn.csv").write_text(PATTERN, encoding="utf-8")
    made = scenario(tmp_path, type="pattern", pattern={"file": "horn.csv"})
    before, grids = keys.access(made), keys.grid(made, made.grids[0])
    (tmp_path / "horn.csv").write_text(PATTERN.replace("27", "26"), encoding="utf-8")
    assert keys.access(made) != before
    assert keys.grid(made, made.grids[0]) == grids


def test_noise_is_stated_or_built_up_and_never_negative() -> None:
    path, message = fault(receive={"noise_temperature": "-20 K"})
    assert path == "terminals.s-relay.receive.noise_temperature"
    assert "must be above zero" in message
    path, message = fault(receive={"noise": {"receiver_temperature": "-3 K"}})
    assert path == "terminals.s-relay.receive.noise.receiver_temperature"
    assert "must be above zero" in message
    path, message = fault(receive={"noise": {"antenna_temperature": "20 K"}})
    assert path == "terminals.s-relay.receive.noise"
    assert "needs exactly one of receiver_temperature and noise_figure" in message
    path, message = fault(receive={})
    assert path == "terminals.s-relay.receive"
    assert "needs exactly one of noise_temperature and noise" in message
    path, message = fault(receive={"noise_temperature": "20 K", "noise_includes": ["Moon", "Moon"]})
    assert path == "terminals.s-relay.receive.noise_includes"
    path, message = fault(receive={"noise_temperature": "20 K", "noise_includes": ["Pluto"]})
    assert "must be one of 'Sun', 'Moon', 'Earth', 'Mars', 'Venus'" in message
