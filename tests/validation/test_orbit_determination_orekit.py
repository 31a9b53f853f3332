"""Covariance of two lunar satellites from ranges between them against Orekit's batch least squares.

Source: Orekit 13.1 (orekit-jpype): BatchLSEstimator with two NumericalPropagatorBuilder and InterSatellitesRange,
two-way; motion, partial derivatives, light time and normal equations are Orekit's own. The Moon pulls as a
point mass with our GM. A-priori knowledge goes in as an observation of position and velocity at the start.

Orekit tags a two-way range with the time of its reception, we with that at the first satellite in the middle
of both ways: 15 ms apart, in which the line of sight turns by 1e-5. Tolerance: 1e-4 of standard deviations and
correlations.
"""

import numpy as np
import pytest

from qqnet.dynamics.model import ForceModel
from qqnet.dynamics.transition import transitions
from qqnet.orbit_determination.observations import TWO_WAY, Observations, computed, design_matrix, partials
from qqnet.orbit_determination.srif import Information, Step, advanced, errors, observed
from qqnet.orbits.kepler import Elements, state
from qqnet.space.bodies import body

EPOCH, STEP, COUNT = 883_612_800.0, 600.0, 60
GM = body("Moon").gm_km3_s2
POSITION_KM, VELOCITY_KM_S, RANGE_KM = 0.1, 1e-5, 1e-4


def satellites():
    """States of an elliptic and a circular orbit, shape [2, 6] [km, km/s]."""
    a, e, i = np.array([7000.0, 6000.0]), np.array([0.2, 0.0]), np.radians([56.0, 30.0])
    lunar = Elements(a, e, i, np.array([0.3, 1.5]), np.array([0.2, 0.0]), np.array([0.1, 2.0]))
    return np.hstack(state(lunar, GM))


def ranged():
    """One two-way range between the two."""
    one = np.zeros(1, dtype=np.int64)
    return Observations(
        one, one, one, one + 1, one + TWO_WAY, one.astype(bool), np.full(1, RANGE_KM), np.zeros((1, 2, 6)),
        np.zeros((1, 2)), np.zeros((1, 3)), np.zeros((1, 0)),
    )  # fmt: skip


def ours(ephemeris):
    """Covariance at the start [km, km/s], and the ranges [km]."""
    model, made, states = ForceModel("Moon"), ranged(), satellites()
    known = Information.from_sigma(np.tile([POSITION_KM] * 3 + [VELOCITY_KM_S] * 3, 2))
    whole, ranges = np.eye(12), []
    for k in range(COUNT):
        with_clocks = np.concatenate([states, np.zeros((2, 2))], axis=1)
        first, second = partials(made, with_clocks, GM)
        design = design_matrix(made, first, second, 2, 8).reshape(1, 2, 8)[:, :, :6].reshape(1, 12)
        ranges.append(float(computed(made, with_clocks, GM)[0]))
        known = observed(known, design, np.zeros((1, 0)), np.zeros((1, 0)))
        if k < COUNT - 1:
            t = EPOCH + k * STEP
            states, phi = transitions(model, states, t, t + STEP, ephemeris)
            known, _ = advanced(known, Step(phi, np.zeros((2, 6, 1)), np.zeros((2, 6, 0))))
            block = np.zeros((12, 12))
            block[:6, :6], block[6:, 6:] = phi
            whole = block @ whole
    back = np.linalg.inv(whole) @ errors(known).factor
    return back @ back.T, ranges


def theirs(ranges):
    """Orekit's covariance at the start [km, km/s]."""
    import jpype

    def java(name):
        return jpype.JClass(name if name.startswith("org.hipparchus") else f"org.orekit.{name}")

    def vector(values):
        return java("org.hipparchus.geometry.euclidean.threed.Vector3D")(*map(float, values))

    start = java("time.AbsoluteDate").J2000_EPOCH.shiftedBy(EPOCH)
    root = java("frames.FramesFactory").getGCRF()
    builders, seen = [], [java("estimation.measurements.ObservableSatellite")(n) for n in (0, 1)]
    priors = []
    for n, one in enumerate(satellites() * 1e3):
        pv = java("utils.PVCoordinates")(vector(one[:3]), vector(one[3:]))
        orbit = java("orbits.CartesianOrbit")(pv, root, start, GM * 1e9)
        steps = java("propagation.conversion.DormandPrince853IntegratorBuilder")(1e-3, 1e4, 1e-6)
        angle = java("orbits.PositionAngleType").TRUE
        builders.append(java("propagation.conversion.NumericalPropagatorBuilder")(orbit, steps, angle, 1.0))
        priors.append(
            java("estimation.measurements.PV")(
                start, vector(one[:3]), vector(one[3:]), POSITION_KM * 1e3, VELOCITY_KM_S * 1e3, 1.0, seen[n]
            )
        )
    array = jpype.JArray(java("propagation.conversion.PropagatorBuilder"))(builders)
    solver = java("org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer")()
    estimator = java("estimation.leastsquares.BatchLSEstimator")(solver, array)
    for prior in priors:
        estimator.addMeasurement(prior)
    for k, distance in enumerate(ranges):
        estimator.addMeasurement(
            java("estimation.measurements.InterSatellitesRange")(
                seen[0], seen[1], True, start.shiftedBy(k * STEP), distance * 1e3, RANGE_KM * 1e3, 1.0
            )
        )
    estimator.setParametersConvergenceThreshold(1e-4)
    estimator.setMaxIterations(20)
    estimator.setMaxEvaluations(20)
    estimator.estimate()
    matrix = estimator.getPhysicalCovariances(1e-20)
    return np.array([[matrix.getEntry(i, j) for j in range(12)] for i in range(12)]) / 1e6


@pytest.mark.slow
def test_covariance_of_a_pair_from_the_ranges_between_them(orekit, ephemeris):
    mine, ranges = ours(ephemeris)
    other = theirs(ranges)
    sigma, known = np.sqrt(np.diagonal(mine)), np.sqrt(np.diagonal(other))
    np.testing.assert_allclose(sigma, known, rtol=1e-4)
    np.testing.assert_allclose(mine / np.outer(sigma, sigma), other / np.outer(known, known), atol=1e-4)
    # The ranges tell a lot: no axis of the first satellite is left with what was known before.
    assert np.all(sigma[:3] < 0.9 * POSITION_KM)
