"""The troposphere on links: what a budget says, what the receiver hears, and links made from terminals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.assembly import make_link
from qqnet.links.budget import Budget, link_budget
from qqnet.links.itu_carriers import Carrier
from qqnet.links.itu_stations import Station
from qqnet.links.path import Path
from qqnet.links.place import Ends, Place
from qqnet.links.slant import slant_table
from qqnet.links.troposphere import SkyNoise, SlantLoss, losses, sky_noise_k
from qqnet.scenario.terminals import RfTerminal

JIAMUSI = Place("Earth", math.radians(46.4939), math.radians(130.7706), 0.0, "jiamusi")
TABLE = slant_table(Station(JIAMUSI.latitude_rad, JIAMUSI.longitude_rad), Carrier(26.25e9, 1.0, 13.3))
KINDS = ("Gases", "Clouds", "Rain", "Scintillation")


def _terminal(role: str, frequency: str, band: tuple[str, str], **more: Any) -> RfTerminal:
    return RfTerminal.model_validate(
        {
            "kind": "rf",
            "roles": [role],
            "antenna": {"diameter": "18 m", "efficiency": 0.55},
            "transmit": {
                "frequency": frequency,
                "power": "50 W",
                "modes": [{"rate": "1 Mbit/s", "eb_n0": "2 dB"}],
            },
            "receive": {"lowest": band[0], "highest": band[1], "noise_temperature": "150 K"},
            **more,
        }
    )


SPACE = _terminal("downlink", "26.25 GHz", ("22.55 GHz", "23.15 GHz"))
GROUND = _terminal(
    "ground",
    "22.85 GHz",
    ("25.5 GHz", "27 GHz"),
    atmosphere={"model": "itu-r", "availability": "99 %"},
)


def test_parts_of_a_path_sum_to_the_total() -> None:
    elevation = np.radians(np.linspace(5.0, 90.0, 40))
    for end, path in (
        ("receiving", Path.straight(4e5, elevation_to_rad=elevation)),
        ("sending", Path.straight(4e5, elevation_from_rad=elevation)),
    ):
        parts = [effect.loss_db(path) for effect in losses(TABLE, end)]
        assert min(part.min() for part in parts) >= 0.0
        assert np.sum(parts, axis=0) == pytest.approx(TABLE.parts(elevation).total, abs=1e-12)


def test_noise_of_the_sky() -> None:
    """P.618-13, 3: nothing without loss, and what is left of 275 K over the cosmic 2.7 K behind a thick cloud."""
    assert sky_noise_k(0.0) == 0.0
    assert sky_noise_k(100.0) == pytest.approx(275.0 - 2.7)
    total = 275.0 * (1 - 10**-0.13) + 2.7 * 10**-0.13
    assert sky_noise_k(1.3) == pytest.approx(total - 2.7)
    with pytest.raises(InputError, match="the atmospheric loss is -1 dB"):
        sky_noise_k(-1.0)


def test_scintillation_absorbs_nothing() -> None:
    """P.618-13, 3: the attenuation that emits is that without scintillation."""
    path = Path.straight(4e5, elevation_to_rad=math.radians(6.0))
    parts = TABLE.parts(math.radians(6.0))
    assert float(parts.scintillation) > 0.1
    assert SkyNoise(TABLE).amount(path) == sky_noise_k(parts.gases + parts.clouds + parts.rain)


def test_an_end_without_elevation_has_no_troposphere() -> None:
    path = Path.straight(4e5)
    assert [float(effect.loss_db(path)) for effect in losses(TABLE, "receiving")] == [0.0] * 4
    assert float(SkyNoise(TABLE).amount(path)) == 0.0


def test_out_of_view_the_lowest_elevation_counts_and_is_named() -> None:
    below = Path.straight(4e5, elevation_to_rad=math.radians(-20.0))
    lowest = Path.straight(4e5, elevation_to_rad=math.radians(5.0))
    for effect in losses(TABLE, "receiving"):
        assert effect.loss_db(below) == effect.loss_db(lowest)
        assert effect.source(below).endswith(
            "at 5 deg, the lowest of the model, for the other end at -20.0 deg"
        )


def _budget(transmit: RfTerminal, receive: RfTerminal, up: bool) -> Budget:
    elevation = math.radians(20.0)
    ends = Ends(transmit, receive, JIAMUSI if up else None, None if up else JIAMUSI)
    path = Path.straight(4e5, elevation if up else None, None if up else elevation)
    return link_budget(make_link(ends), path)


def test_budget_names_each_part_with_its_recommendation() -> None:
    lines = {line.name: line for line in _budget(SPACE, GROUND, up=False).lines}
    for kind in KINDS:
        assert lines[f"{kind} above the receiving end"].value < 0.0
    assert "ITU-R P.676-12" in lines["Gases above the receiving end"].source
    assert "ITU-R P.840-7" in lines["Clouds above the receiving end"].source
    rain = lines["Rain above the receiving end"].source
    assert rain == "ITU-R P.618-13, exceeded for 1 % of a year; 34.3 mm/h for 0.01 %, at 20.0 deg"
    noise = lines["Noise of the atmosphere"]
    assert noise.value < -3.0
    assert "ITU-R P.618-13" in noise.source


def test_uplink_is_weakened_and_not_warmed() -> None:
    names = [line.name for line in _budget(GROUND, SPACE, up=True).lines]
    assert [name for name in names if name.endswith("the sending end")] == [
        f"{kind} above the sending end" for kind in KINDS
    ]
    assert "Noise of the atmosphere" not in names


def test_the_same_terminal_in_space_has_none() -> None:
    link = make_link(Ends(SPACE, GROUND))
    assert not [one for one in (*link.effects, *link.noises) if isinstance(one, SlantLoss | SkyNoise)]


def test_design_availability_is_paid_for() -> None:
    """What the design for 99 % takes at Jiamusi in Ka: 9.5 dB on the way at 20 deg, and half the noise budget."""

    def with_(availability: str) -> float:
        ground = GROUND.model_copy(
            update={
                "atmosphere": type(GROUND.atmosphere).model_validate(
                    {"model": "itu-r", "availability": availability}
                )
            }
        )
        return _budget(SPACE, ground, up=False).margin_db

    margins = [with_(share) for share in ("95 %", "98 %", "99 %", "99.9 %")]
    assert margins == sorted(margins, reverse=True)
    assert margins[0] - margins[3] > 10.0
