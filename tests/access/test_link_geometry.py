import numpy as np
import pytest

from qqnet.access.candidates import Candidates
from qqnet.access.link_geometry import link_geometry
from qqnet.access.windows import find_windows
from qqnet.errors import InputError
from qqnet.space.bodies import body
from qqnet.space.ephemeris import Ephemeris
from qqnet.space.light_time import light_time_s

START = 1_275_000_000.0
STOP = START + 2 * 86400.0


def test_rows_of_many_links_equal_each_link_alone(network, links):
    bank = network.bank
    random = np.random.default_rng(5)
    which, t = random.integers(0, len(links), 200), random.uniform(START, STOP, 200)
    many = link_geometry(bank, links, which, t, sun=network["Sun"])
    for k in range(200):
        one = link_geometry(bank, links, int(which[k]), t[k], sun=network["Sun"])
        for name in vars(one):
            assert getattr(one, name) == pytest.approx(
                getattr(many, name)[k], rel=1e-12, abs=1e-9, nan_ok=True
            )
        assert one.range_km.shape == ()


@pytest.mark.parametrize("light_time", [True, False])
def test_range_rate_is_the_derivative_of_range(network, links, light_time):
    t = np.linspace(START, STOP, 50)[:, None]
    which = np.arange(len(links))[None, :]
    here, before, after = (
        link_geometry(network.bank, links, which, t + dt, light_time=light_time) for dt in (0.0, -0.5, 0.5)
    )
    numeric = after.range_km - before.range_km
    # third derivative of range in a low orbit: v^3 / d^2, below 1e-3 km/s3; rounding of 3e-8 km at 1 au
    np.testing.assert_allclose(here.range_rate_km_s, numeric, rtol=0, atol=5e-5)


def test_elevation_at_the_edge_is_the_mask(network, links):
    found = find_windows(network.bank, links, network.occulters(), START, STOP)
    risen = found[(found.link == 0) & ~found.starts_at_span]
    here = link_geometry(network.bank, links, 0, risen.start_s)
    # 0.1 ms of a pass that rises at up to 1 mrad/s
    np.testing.assert_allclose(here.elevation_from_rad, np.radians(5.0), rtol=0, atol=2e-7)
    assert np.isnan(here.elevation_to_rad).all()
    assert np.isnan(here.sun_separation_from_rad).all()
    np.testing.assert_allclose(here.range_km, risen.range_start_km, rtol=0, atol=1e-6)
    np.testing.assert_allclose(here.owlt_s, risen.owlt_start_s, rtol=0, atol=1e-9)


def test_faults_are_named(network, links):
    with pytest.raises(InputError, match="link_index from 99 to 99"):
        link_geometry(network.bank, links, 99, START)
    with pytest.raises(InputError, match="outside a trajectory"):
        link_geometry(network.bank, links, 0, STOP + 10 * 86400.0)
    with pytest.raises(InputError, match="sun is 99"):
        link_geometry(network.bank, links, 0, START, sun=99)
    far = Candidates.build(network["leo"], network["mars-relay"])
    with pytest.raises(InputError, match="reach to the arrival"):
        link_geometry(network.bank, far, 0, STOP + 3599.0)


def test_masses_add_their_delay_and_nothing_else(network, links):
    """The kernel's light time is that of `qqnet.space.light_time`, which knows no bank."""
    bank, index = network.bank, network["Sun"]
    far = Candidates.build(network["leo"], network["mars-relay"])
    t = np.linspace(START, STOP - 3600.0, 20)
    flat = link_geometry(bank, far, 0, t)
    found = link_geometry(bank, far, 0, t, masses={index: body("Sun").gm_km3_s2})
    for name in set(vars(flat)) - {"owlt_s"}:
        np.testing.assert_array_equal(getattr(found, name), getattr(flat, name))
    sender = bank.positions([network["leo"]], t)[0]

    def relay(when):
        return bank.positions([network["mars-relay"]], when)[0]

    expected = light_time_s(sender, relay, t, Ephemeris.packaged(), ["Sun"])
    assert 3e-6 < (found.owlt_s - flat.owlt_s).min() < 120e-6
    np.testing.assert_allclose(found.owlt_s, expected, rtol=0, atol=1e-10)


def test_masses_need_light_that_takes_time(network, links):
    with pytest.raises(InputError, match="only where light takes time"):
        link_geometry(network.bank, links, 0, START, light_time=False, masses={network["Sun"]: 1.3e11})
    with pytest.raises(InputError, match="masses are"):
        link_geometry(network.bank, links, 0, START, masses={99: 1.3e11})
