"""Following curves, on the planar orbits about L1 of Earth and Moon."""

from itertools import islice

import numpy as np
import pytest

from qqnet.threebody.continuation import between, branches, corrected, follow, locate
from qqnet.threebody.cr3bp import SYSTEMS, jacobi_constant
from qqnet.threebody.periodic import PLANE_TO_PLANE, right_angle
from qqnet.threebody.starts import start

EARTH_MOON = SYSTEMS["Earth-Moon"]
MU = EARTH_MOON.mu


@pytest.fixture(scope="module")
def lyapunov():
    curve, members = start(EARTH_MOON, "lyapunov", "L1")
    return curve, list(islice(members, 16))


def test_neighbours_are_periodic_and_in_order(lyapunov):
    curve, members = lyapunov
    for member in members:
        assert np.max(np.abs(right_angle(MU, PLANE_TO_PLANE, member.unknown)[0])) < 1e-10
        assert np.linalg.norm(member.tangent) == pytest.approx(1.0, abs=1e-14)
        assert (
            np.max(np.abs(member.slope @ member.tangent)) < 1e-9
        )  # along the curve the end stays at a right angle
    ahead = np.diff([member.unknown / curve.scale for member in members], axis=0)
    assert all(step @ member.tangent > 0 for step, member in zip(ahead, members, strict=False))
    energy = [float(jacobi_constant(curve.arc.initial(member.unknown), MU)) for member in members]
    assert np.all(np.diff(energy) < 0)


def test_between_lies_between(lyapunov):
    curve, members = lyapunov
    one, other = members[8], members[9]
    middle = between(curve, one, other, 0.5)
    assert one.unknown[3] < middle.unknown[3] < other.unknown[3]
    assert np.allclose(between(curve, one, other, 0.0).unknown, one.unknown, atol=1e-10, rtol=0)
    assert np.allclose(between(curve, one, other, 1.0).unknown, other.unknown, atol=1e-10, rtol=0)


def test_locate_finds_the_value(lyapunov):
    curve, members = lyapunov
    one, other = members[8], members[9]
    wanted = 0.3 * one.unknown[3] + 0.7 * other.unknown[3]
    found = locate(curve, one, other, lambda member: float(member.unknown[3]) - wanted)
    assert found.unknown[3] == pytest.approx(wanted, abs=1e-12)


def test_a_hopeless_guess_gives_none(lyapunov):
    curve, members = lyapunov
    assert corrected(curve, members[3].unknown + np.array([0.5, 0.0, 3.0, -1.0]), members[3].tangent) is None
    assert list(follow(curve, np.array([0.1, 0.0, 9.0, 0.5]), np.ones(4), step=0.01, longest=0.1)) == []


def test_halo_orbits_branch_off_across_the_plane(lyapunov):
    curve, members = lyapunov
    unknown, across = next(branches(curve, iter(members), curve, np.eye(4)))
    assert np.abs(across) == pytest.approx([0, 1, 0, 0], abs=1e-8)
    # There a small displacement across the plane comes back at a right angle, to first order.
    _, slope = right_angle(MU, PLANE_TO_PLANE, unknown)
    assert abs(slope[2, 1]) < 1e-6
