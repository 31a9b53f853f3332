"""The sum of all forces, and its derivatives."""

import numpy as np
import pytest

from qqnet.dynamics.forces import THRUST_SIZE, WORK_SIZE, accelerations, gradients
from qqnet.dynamics.harmonics import LANES
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.surroundings import look_around, surroundings
from qqnet.space.bodies import BODIES
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

EPOCH = 9e8
NONE = np.zeros(THRUST_SIZE)


class Field:
    """A model's forces at one time, place by place."""

    def __init__(self, model, ephemeris, offset_s=4000.0):
        self.around = surroundings(model, (EPOCH, EPOCH + 86_400.0), ephemeris)
        self.times = np.full(LANES, offset_s)
        self.columns = np.zeros(self.around.n_columns * LANES)
        look_around(self.around, self.times, self.columns)

    def pull(self, states, thrust=NONE):
        place, velocity = self._lanes(states)
        out = np.zeros(3 * LANES)
        accelerations(
            self.around, self.columns, place, velocity, self.times, thrust, np.zeros(WORK_SIZE), out
        )
        return out.reshape(3, LANES).T[: len(states)]

    def gradient(self, states):
        place, velocity = self._lanes(states)
        out, by_velocity = np.zeros(9 * LANES), np.zeros(9 * LANES)
        gradients(self.around, self.columns, place, velocity, np.zeros(WORK_SIZE), out, by_velocity)
        return tuple(
            part.reshape(3, 3, LANES).transpose(2, 0, 1)[: len(states)] for part in (out, by_velocity)
        )

    @staticmethod
    def _lanes(states):
        whole = np.resize(states, (LANES, 6))
        return np.ascontiguousarray(whole[:, :3].T).ravel(), np.ascontiguousarray(whole[:, 3:].T).ravel()


def spread_states(radius_km, speed_km_s=1.0, count=LANES):
    generator = np.random.default_rng(7)
    directions = generator.normal(size=(count, 3))
    places = directions / np.linalg.norm(directions, axis=1)[:, None] * radius_km
    return np.concatenate([places, speed_km_s * generator.normal(size=(count, 3))], axis=1)


def test_point_masses_as_newton_wrote_them(ephemeris):
    """The difference of two pulls loses digits, which is why the kernel has another form: 1e-9 of the Earth's."""
    bodies = ("Earth", "Sun", "Jupiter")
    states = spread_states(9000.0)
    found = Field(ForceModel("Moon", bodies), ephemeris).pull(states)
    r = states[:, :3]
    expected = -BODIES["Moon"].gm_km3_s2 * r / np.linalg.norm(r, axis=1)[:, None] ** 3
    for name in bodies:
        b = ephemeris.position(name, "Moon", EPOCH + 4000.0)
        d = b - r
        expected += BODIES[name].gm_km3_s2 * (
            d / np.linalg.norm(d, axis=1)[:, None] ** 3 - b / np.linalg.norm(b) ** 3
        )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-17)


def test_a_field_of_another_body(ephemeris):
    """Close to the Moon, and counted from the Earth, the Moon's field is the one that is counted from the Moon."""
    states = spread_states(2200.0)
    near = Field(ForceModel("Moon", (), (Harmonics("Moon", 10),)), ephemeris).pull(states)
    alone = Field(ForceModel("Moon"), ephemeris).pull(states)
    moved = states.copy()
    moved[:, :3] += ephemeris.position("Moon", "Earth", EPOCH + 4000.0)
    far = Field(ForceModel("Earth", ("Moon",), (Harmonics("Moon", 10),)), ephemeris).pull(moved)
    without = Field(ForceModel("Earth", ("Moon",)), ephemeris).pull(moved)
    # What it pulls at the Earth, 3e-16 km/s^2, is less than the tolerance; see the next test.
    np.testing.assert_allclose(far - without, near - alone, rtol=0, atol=1e-15)


def test_an_oblate_earth_hardly_moves_a_lunar_orbit(ephemeris):
    """It pulls the Moon as it pulls the orbiter: what is left is a tide, 2e-14 km/s^2 at 9000 km and no more."""
    states = spread_states(9000.0)
    with_it = Field(ForceModel("Moon", ("Earth",), (Harmonics("Earth", 2),)), ephemeris).pull(states)
    without = Field(ForceModel("Moon", ("Earth",)), ephemeris).pull(states)
    gm, radius, distance = 398_600.4, 6378.1, 363_000.0
    tide = 4.0 * 3.0 * gm * 1.0826e-3 * radius**2 * 9000.0 / distance**5
    assert 0.0 < np.max(np.abs(with_it - without)) < tide


def test_schwarzschild_of_the_iers(ephemeris):
    """IERS Conventions 2010, eq. 10.12, first line with beta = gamma = 1."""
    states = spread_states(8000.0, 6.0)
    with_it = Field(ForceModel("Earth", relativity=True), ephemeris).pull(states)
    without = Field(ForceModel("Earth"), ephemeris).pull(states)
    r, v = states[:, :3], states[:, 3:]
    gm, distance = BODIES["Earth"].gm_km3_s2, np.linalg.norm(r, axis=1)[:, None]
    along = 4.0 * gm / distance - np.sum(v * v, axis=1)[:, None]
    expected = (
        gm / (SPEED_OF_LIGHT_KM_S**2 * distance**3) * (along * r + 4.0 * np.sum(r * v, axis=1)[:, None] * v)
    )
    np.testing.assert_allclose(with_it - without, expected, rtol=0, atol=4e-18)


def test_sunlight_points_away_from_the_sun_and_stops_in_the_shadow(ephemeris):
    sun = ephemeris.position("Sun", "Earth", EPOCH + 4000.0)
    ray = sun / np.linalg.norm(sun)
    states = np.zeros((2, 6))
    states[0, :3], states[1, :3] = 8000.0 * ray, -8000.0 * ray
    bright = ForceModel("Earth", ("Sun",), (), Radiation(0.02, 1.5))
    push = Field(bright, ephemeris).pull(states) - Field(ForceModel("Earth", ("Sun",)), ephemeris).pull(
        states
    )
    size = 1361.0 / 299_792_458.0 * 1e-3 * 0.02 * 1.5 * (149_597_870.7 / (np.linalg.norm(sun) - 8000.0)) ** 2
    np.testing.assert_allclose(push[0], -size * ray, rtol=0, atol=2e-18)
    np.testing.assert_array_equal(push[1], 0.0)


@pytest.mark.parametrize(
    "model",
    [
        ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 20),)),
        ForceModel("Earth", ("Moon",), (Harmonics("Earth", 8), Harmonics("Moon", 4)), None, True),
        ForceModel("Sun", ("Earth",), (), Radiation(0.1, occulters=())),
    ],
    ids=["field", "relativity", "sunlight"],
)
def test_gradients_are_derivatives(ephemeris, model):
    """Differences of fourth order, whose rounding is the tolerance."""
    states = spread_states({"Sun": 1.4e8, "Earth": 8000.0, "Moon": 2500.0}[model.center], 6.0)
    field = Field(model, ephemeris)
    by_place, by_velocity = field.gradient(states)
    for axis in range(6):
        h = 1e-4 * np.linalg.norm(states[0, :3]) if axis < 3 else 2.0
        d = h * np.eye(6)[axis]
        once, twice = (field.pull(states + k * d) - field.pull(states - k * d) for k in (1, 2))
        difference = (8.0 * once - twice) / (12.0 * h)
        expected = by_place[:, :, axis] if axis < 3 else by_velocity[:, :, axis - 3]
        rounding = 1e-15 * np.max(np.abs(field.pull(states))) / h
        size = np.max(np.abs(by_place)) if axis < 3 else np.max(np.abs(by_velocity))
        np.testing.assert_allclose(difference, expected, rtol=0, atol=1e-9 * size + 4.0 * rounding)


def test_thrust_in_turning_axes(ephemeris):
    field, alone = Field(ForceModel("Moon"), ephemeris), Field(ForceModel("Moon"), ephemeris)
    state = np.array([[3000.0, 0.0, 0.0, 0.5, 1.2, 0.0]])
    speed = np.hypot(0.5, 1.2)
    along = np.array([0.5, 1.2, 0.0]) / speed
    normal = np.array([0.0, 0.0, 1.0])
    expected = {
        (0, 0): np.eye(3)[0], (0, 2): np.eye(3)[2],
        (1, 0): np.eye(3)[0], (1, 1): np.eye(3)[1], (1, 2): normal,
        (2, 0): along, (2, 1): normal, (2, 2): np.cross(along, normal),
    }  # fmt: skip
    for (axes, component), direction in expected.items():
        thrust = np.array([1e-5, 1e-4, 3000.0, axes, *np.eye(3)[component]])
        push = field.pull(state, thrust) - alone.pull(state)
        # 1000 s after ignition a tenth of the mass is gone.
        np.testing.assert_allclose(push[0], 1e-5 / 0.9 * direction, rtol=0, atol=1e-18)
