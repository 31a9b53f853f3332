"""A lunar laser link to a telescope on the ground, through a study: acquisition, air, background, point-ahead."""

from __future__ import annotations

from pathlib import Path as File

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.scenario.loading import load
from qqnet.study.network import links_of
from qqnet.study.paths import PathEvaluator
from qqnet.study.study import Study

SCENARIO = """
version: 1
name: lunar-laser
time: {start: 2040-06-01T06:00:00Z, duration: 12 h, step: 120 s}
terminals:
  flight:
    kind: optical
    roles: [downlink]
    wavelength: 1550 nm
    transmit:
      power: 0.5 W
      aperture: 10.7 cm
      efficiency: 0.5
      pointing_error: 1 urad
      pointing_jitter: 2 urad
      pointing_outage: 0.01
      point_ahead_max: 30 urad
      modes: [{order: 16, slot: 0.2 ns, code_rate: 0.5}, {order: 16, slot: 4 ns, code_rate: 0.3333}]
    acquisition: {uncertainty: 200 urad, beacon_divergence: 40 urad, dwell: 0.5 s, settling: 5 s}
  ground:
    kind: optical
    roles: [ground]
    wavelength: 1550 nm
    receive: {aperture: 80 cm, efficiency: 0.3, filter_bandwidth: 0.5 nm, field_of_view: 40 urad,
      dark_counts: 100 kHz, elements: 64, dead_time: 15 ns, timing_jitter: 30 ps, sky_radiance: 2 W/m2/sr/um}
    zenith_attenuation: 0.4 dB
    turbulence: {outage: 0.01}
nodes:
  - name: orbiter
    kind: spacecraft
    ipn: 1
    network: moon
    orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 2500 km, e: 0, i: 90 deg, raan: 90 deg,
      mean_anomaly: 0 deg, epoch: 2040-06-01T00:00:00Z}
    terminals: [flight]
  - {name: telescope, kind: ground-station, ipn: 2, network: earth, latitude: 32.5 deg, longitude: -106.6 deg,
    altitude: 1.2 km, mask: 20 deg, terminals: [ground]}
"""


def _study(tmp_path: File, text: str = SCENARIO) -> Study:
    file = tmp_path / "lunar-laser.yaml"
    file.write_text(text, encoding="utf-8")
    return Study(load(file))


def test_a_lunar_laser_meets_its_telescope(tmp_path: File) -> None:
    study = _study(tmp_path)
    windows, contacts = study.windows, study.contacts.contacts
    first = contacts.iloc[0]
    # 31 places of half a second, the light there and back, five seconds: the contact starts later by it.
    delay = 31 * 0.5 + 2.0 * first["owlt_start_s"] + 5.0
    assert first["start_s"] - windows["start_s"].iloc[0] == pytest.approx(delay, abs=1e-3)
    assert contacts["rate_bps"].max() == pytest.approx(500e6)
    link = links_of(study.scenario, study.links)[0]
    times = np.linspace(first["start_s"], first["end_s"], 40)
    path = PathEvaluator(study, study.links)(np.zeros(40, dtype=np.int64), times)
    parts = {part.name: part.amount(path) for part in link.noises}
    # The site never has the Earth in its field; the Moon it has whenever the orbiter passes before the disc.
    moon = path.receiver.discs["Moon"]
    before = moon.angle_rad < moon.radius_rad + 20e-6  # half the field of view
    assert ((parts["Light of planets and Moon"] > 0.0) == before).all()
    assert 0.0 < before.mean() < 1.0
    needed = 2.0 * path.across_km_s / 299_792.458
    assert (needed > 1e-6).all()
    assert (needed < 20e-6).all()  # up to 2.7 km/s across: orbiter, Moon and the turning Earth
    assert np.isfinite(link.level_db_hz(path)).all()


def test_a_beam_narrower_than_its_pointing_is_refused_with_names_and_numbers(tmp_path: File) -> None:
    study = _study(tmp_path, SCENARIO.replace("pointing_jitter: 2 urad", "pointing_jitter: 9 urad"))
    with pytest.raises(
        InputError, match=r"terminals flight to ground: for 0.01 of the time .* above 27\.4 .* 13\.04"
    ):
        links_of(study.scenario, study.links)
