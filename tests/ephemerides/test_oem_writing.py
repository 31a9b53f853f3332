import numpy as np
import pytest

from qqnet.ephemerides.oem import read_oem
from qqnet.ephemerides.oem_writing import write_oem
from qqnet.errors import InputError
from qqnet.orbits.kepler import Elements, state
from qqnet.orbits.sampling import sample
from qqnet.orbits.tabulated import tabulated_trajectory
from qqnet.orbits.trajectory import Trajectories, fit_trajectories

SPAN = (1275393669.184, 1275393669.184 + 86400.0)
CREATED = "2026-11-23T00:00:00"


def written(values, digits):
    return np.array([[float(f"{value:.{digits}f}") for value in row] for row in values])


@pytest.fixture(scope="module")
def network(ephemeris):
    elements = Elements(np.array([6541.4, 9000.0]), np.array([0.6, 0.0]), 1.0, 0.3, 1.5, np.array([0.0, 2.0]))
    nodes = fit_trajectories(
        lambda dt: state(elements, 4902.800118457549, dt)[0], SPAN, ["relay", "other"], "Moon"
    )
    return Trajectories.build(ephemeris, nodes)


@pytest.mark.parametrize("scale", ["UTC", "TAI", "TT", "TDB"])
def test_round_trip_is_exact_to_the_digits_written(network, tmp_path, scale):
    segments = [sample(network, name, SPAN, 120.0, time_system=scale) for name in network]
    write_oem(tmp_path / "a.oem", segments, creation_date=CREATED, time_system=scale)
    read = read_oem(tmp_path / "a.oem").segments
    assert len(read) == 2
    for ours, theirs in zip(segments, read, strict=True):
        assert np.array_equal(theirs.t, ours.t)
        assert np.array_equal(theirs.position_km, written(ours.position_km, 9))
        assert np.array_equal(theirs.velocity_km_s, written(ours.velocity_km_s, 12))
        assert (theirs.object_name, theirs.center) == (ours.object_name, ours.center)
        assert (theirs.interpolation, theirs.degree) == (ours.interpolation, ours.degree)
    # Written again, the file is the same to the letter.
    write_oem(tmp_path / "b.oem", read, creation_date=CREATED, time_system=scale)
    assert (tmp_path / "a.oem").read_text() == (tmp_path / "b.oem").read_text()


def test_read_back_as_a_trajectory(network, tmp_path):
    write_oem(tmp_path / "a.oem", [sample(network, "relay", SPAN, 60.0)], creation_date=CREATED)
    segments = read_oem(tmp_path / "a.oem").of_object("relay")
    inside = SPAN[0] + 1.0, SPAN[1] - 1.0
    back = tabulated_trajectory(segments, "relay", inside)
    t = np.random.default_rng(2).uniform(*inside, 500)
    expected, velocity = network.state("relay", t, "Moon")
    found, rate = back.table.evaluate_with_rate(t)
    assert np.max(np.abs(found - expected)) < 3e-6
    assert np.max(np.abs(rate - velocity)) < 1e-7


def test_another_centre_may_be_asked_for(network):
    segment = sample(network, "relay", SPAN, 600.0, center="Earth")
    assert segment.center == "Earth"
    assert np.array_equal(segment.position_km, network.position("relay", segment.t, "Earth"))
    assert segment.t[-1] == pytest.approx(SPAN[1], abs=1e-6)


def test_impossible_requests(network, tmp_path):
    with pytest.raises(InputError, match=r"step 0\.0 s"):
        sample(network, "relay", SPAN, 0.0)
    segment = sample(network, "relay", SPAN, 600.0, center="other")
    with pytest.raises(InputError, match="centre 'other' has no name in an OEM"):
        write_oem(tmp_path / "a.oem", [segment], creation_date=CREATED)
