"""What Moon, planets and Sun add to a receiver, and when they do not."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.links.antennas import Antenna
from qqnet.links.bodies_in_beam import BodiesInBeam, bodies_in_beam
from qqnet.links.brightness import BRIGHTNESS, brightness_k
from qqnet.links.budget import link_budget
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.path import Disc, Path, View
from qqnet.links.place import Ends, Place
from qqnet.scenario.terminals import RfTerminal
from qqnet.space.constants import AU_KM

DISH = Antenna(diameter_m=18.0, efficiency=0.65)
TERMINAL = {
    "kind": "rf",
    "roles": ["relay"],
    "antenna": {"diameter": "18 m", "efficiency": 0.65},
    "receive": {"lowest": "8.4 GHz", "highest": "8.5 GHz", "noise_temperature": "60 K"},
}
SENDER = RfTerminal.model_validate(
    {
        "kind": "rf",
        "roles": ["user"],
        "antenna": {"gain": "5 dBi"},
        "transmit": {
            "frequency": "8.45 GHz",
            "power": "5 W",
            "modes": [{"rate": "1 kbit/s", "eb_n0": "2 dB"}],
        },
    }
)


def seen(sun_deg: float = 90.0, **discs: tuple[float, float]) -> Path:
    """Path whose receiver sees discs (angle, radius [deg])."""

    def disc(angle: float, radius: float) -> Disc:
        return Disc(np.radians(angle), np.radians(radius), np.zeros(()))

    view = View(
        sun_angle_rad=np.radians(sun_deg),
        sun_range_km=np.array(AU_KM),
        discs={name: disc(*where) for name, where in discs.items()},
    )
    return Path(np.array(4e5), receiver=view)


def added(path: Path, antenna: Antenna = DISH, frequency: float = 8.45e9, *bodies: str) -> float:
    return float(BodiesInBeam(antenna, frequency, bodies or tuple(BRIGHTNESS)).amount(path))


def test_a_moon_that_fills_the_beam_gives_nearly_its_brightness() -> None:
    on, off = added(seen(Moon=(0.0, 0.26))), added(seen(Moon=(5.0, 0.26)))
    moon = brightness_k("Moon", 8.45e9)
    assert 0.85 * moon < on < moon
    assert off < 1.0


def test_half_a_beam_at_the_rim() -> None:
    on, rim = added(seen(Moon=(0.0, 0.26))), added(seen(Moon=(0.26, 0.26)))
    assert rim == pytest.approx(0.5 * on, rel=0.1)  # the rim bends away, and side lobes lie about it


def test_a_planet_smaller_than_the_beam_counts_by_its_area() -> None:
    near, far = added(seen(Venus=(0.0, 4e-3))), added(seen(Venus=(0.0, 2e-3)))
    assert near == pytest.approx(4.0 * far, rel=0.01)


def test_the_sun_in_the_beam_drowns_a_cold_receiver_and_fades_off_the_axis() -> None:
    levels = [added(seen(angle)) for angle in (0.0, 0.5, 1.0, 2.0, 5.0)]
    assert levels[0] > 10_000.0
    assert all(one > other for one, other in pairwise(levels))
    assert 5.0 < levels[2] < 60.0
    active = BodiesInBeam(DISH, 8.45e9, ("Sun",), "active").amount(seen(0.0))
    assert active > 1.3 * levels[0]


def test_what_a_larger_disc_covers_adds_nothing() -> None:
    """A relay that looks down at a user has the Earth behind the Moon."""
    broad = Antenna(diameter_m=0.75)
    alone = added(seen(Moon=(10.0, 40.0)), broad, 27e9)
    assert added(seen(Moon=(10.0, 40.0), Earth=(0.2, 0.95)), broad, 27e9) == pytest.approx(alone, rel=1e-9)
    assert added(seen(Moon=(60.0, 40.0), Earth=(0.2, 0.95)), broad, 27e9) > 150.0


def test_nothing_is_added_where_the_sky_is_not_known() -> None:
    source = BodiesInBeam(DISH, 8.45e9, tuple(BRIGHTNESS))
    assert float(source.amount(Path.straight(4e5))) == 0.0
    assert "not known" in source.source(Path.straight(4e5))
    assert source.looks_at == "sky"


def test_amounts_over_time_are_those_of_the_moments_and_nothing_jumps() -> None:
    angle = np.radians(np.linspace(0.0, 3.0, 4001))
    view = View(discs={"Moon": Disc(angle, np.full(angle.shape, 4.6e-3), np.zeros(()))})
    path = Path(np.full(angle.shape, 4e5), receiver=view)
    source = BodiesInBeam(DISH, 8.45e9, ("Moon",))
    whole = source.amount(path)
    assert whole.shape == angle.shape
    assert float(source.amount(path.take(np.array(700)))) == pytest.approx(float(whole[700]), rel=1e-12)
    assert np.abs(np.diff(whole)).max() < 3.0


def test_a_budget_names_the_bodies() -> None:
    link = Link(
        RfTransmit(8.45e9, 5.0, Antenna(gain_dbi=5.0), (Mode("x", 1e3, 2.0),)),
        RfReceive(DISH, 60.0, 8.4e9, 8.5e9),
        noises=(BodiesInBeam(DISH, 8.45e9, tuple(BRIGHTNESS)),),
    )
    path = seen(Moon=(0.05, 0.26))
    line = next(line for line in link_budget(link, path).lines if line.name == "Bodies in the beam")
    assert line.value == pytest.approx(-10.0 * math.log10(1.0 + added(path) / 60.0))
    assert line.source.startswith("brightness x share of the beam: Moon ")


@pytest.mark.parametrize(
    ("includes", "place", "bodies"),
    [
        ([], None, {"Moon", "Earth", "Mars", "Venus", "Sun"}),
        (["Moon"], None, {"Earth", "Mars", "Venus", "Sun"}),
        (["Sun"], Place("Earth", 0.0, 0.0, 0.0), {"Moon", "Mars", "Venus"}),
    ],
)  # fmt: skip
def test_what_a_receiver_includes_and_the_ground_it_stands_on_are_not_counted_twice(
    includes: list[str], place: Place | None, bodies: set[str]
) -> None:
    written = {**TERMINAL, "receive": {**TERMINAL["receive"], "noise_includes": includes}}  # type: ignore[dict-item]
    (made,) = bodies_in_beam(Ends(SENDER, RfTerminal.model_validate(written), None, place))
    assert set(made.bodies) == bodies


def test_a_receiver_that_includes_all_has_no_source() -> None:
    written = {**TERMINAL, "receive": {**TERMINAL["receive"], "noise_includes": list(BRIGHTNESS)}}  # type: ignore[dict-item]
    assert list(bodies_in_beam(Ends(SENDER, RfTerminal.model_validate(written)))) == []


def test_frequencies_outside_of_the_tables_are_refused_and_say_the_way_out() -> None:
    with pytest.raises(
        InputError, match=r"Moon is known from 0\.1 to 100 GHz, and 120 GHz .* noise_includes"
    ):
        brightness_k("Moon", 120e9)
    with pytest.raises(InputError, match="brightness of Io is not known; it is of: Moon, Earth"):
        brightness_k("Io", 8e9)


def test_tables_rise_in_frequency_and_cover_the_same_range() -> None:
    for known in BRIGHTNESS.values():
        frequencies = [frequency for frequency, _ in known.points]
        assert frequencies == sorted(frequencies)
        assert (frequencies[0], frequencies[-1]) == (0.1, 100.0)
        assert known.source
        assert known.spread
