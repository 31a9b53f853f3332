"""A scenario's navigation users: motion, satellites and errors put together, and solved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.navigation.user_clock import CLOCKS, ReceiverClock
from qqnet.navigation.user_lines import user_lines
from qqnet.navigation.user_motion import Track, lander_track, rover_track
from qqnet.navigation.user_problem import AltitudeAid, UserProblem
from qqnet.navigation.user_result import UserResult
from qqnet.orbit_determination.signal_in_space import rtn_axes
from qqnet.scenario.model import Scenario
from qqnet.scenario.navigation_errors import NavigationErrors
from qqnet.scenario.navigation_users import LanderUser, NavigationUser, OrbiterUser, RoverUser, SiteUser
from qqnet.scenario.nodes import GroundStation, Site
from qqnet.space.bodies import body
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S
from qqnet.space.frames import rotation
from qqnet.study import fields
from qqnet.study.navigation_errors import in_axes, range_error_model, signal_in_space, within

if TYPE_CHECKING:
    from qqnet.study.study import Study

Floats = NDArray[np.float64]

DURATION_S = 6 * 3600.0
"""How long a user without a way of its own is looked at."""

MOST_EPOCHS = 20_000

_DIFFERENCE_S = 1.0


def user_named(scenario: Scenario, name: str) -> NavigationUser:
    """Return the scenario's user of that name; InputError where there is none."""
    for user in scenario.navigation_users:
        if user.name == name:
            return user
    known = ", ".join(user.name for user in scenario.navigation_users) or "none"
    raise InputError(f"{scenario.name} has no navigation user {name!r}; it has: {known}")


def users(study: Study, advance: Callable[[float], None]) -> list[UserResult]:
    """Look at every user of a scenario; `advance` is told the share done."""
    results = []
    for n, user in enumerate(study.scenario.navigation_users):
        results.append(solve(study, user))
        advance((n + 1) / len(study.scenario.navigation_users))
    return results


def solve(study: Study, user: NavigationUser) -> UserResult:
    """Solve one user by filter and by snapshots."""
    errors, center = _errors(study, user), body_of(study, user)
    return UserResult.of(
        user_problem(study, user),
        name=user.name,
        kind=user.kind,
        body=center,
        goal_m=user.goal * 1e3,
        time_transfer_m=errors.time_transfer * SPEED_OF_LIGHT_KM_S * 1e3,
    )


def user_problem(study: Study, user: NavigationUser) -> UserProblem:
    """Return a user's estimation problem.

    Raises
    ------
    InputError
        A user at another body than the satellites that it listens to, or a way that leaves the scenario's span.
    """
    center, errors = body_of(study, user), _errors(study, user)
    names = _providers(study, user, center)
    known = signal_in_space(study, errors, center, names)
    track = _track(study, user, center, within(known, _times(study, user)))
    position, velocity = _satellites(study, names, center, track)
    axes = _orbit_axes(study, names, center, track)
    rates = known.rate_covariance_m2_s2
    lines = user_lines(
        track,
        position,
        velocity,
        in_axes(known.at(track.times_s), axes),
        None if rates is None else in_axes(known.rates_at(track.times_s), axes),
        range_error_model(errors, center),
        user.mask,
    )
    return UserProblem(
        track=track,
        lines=lines,
        clock=_clock(user),
        measurements=tuple(user.measurements),
        correlation_time_s=errors.signal_in_space.correlation_time,
        velocity_noise_m_s=user.velocity_noise * 1e3,
        initial_sigma=(
            user.initial_position * 1e3,
            user.initial_velocity * 1e3,
            user.initial_time * SPEED_OF_LIGHT_KM_S * 1e3,
            _clock(user).allan_deviation(1.0) * SPEED_OF_LIGHT_KM_S * 1e3 * 10.0,
        ),
        two_way_noise_m=user.two_way_noise * 1e3,
        altitude=_altitude(user),
    )


def body_of(study: Study, user: NavigationUser) -> str:
    """Return the body at which a user is."""
    if isinstance(user, RoverUser | LanderUser):
        return user.body
    return study.trajectories_of([user.node])[user.node].center


def _errors(study: Study, user: NavigationUser) -> NavigationErrors:
    if user.errors is not None:
        return user.errors
    center = body_of(study, user)
    at_body = [
        grid.errors for grid in study.scenario.grids if grid.body == center and grid.errors is not None
    ]
    return at_body[0] if at_body else NavigationErrors()


def _providers(study: Study, user: NavigationUser, center: str) -> list[str]:
    scenario = study.scenario
    own = user.node if isinstance(user, OrbiterUser | SiteUser) else None
    if user.providers:
        names = scenario.expand(user.providers)
    else:
        names = fields.providers(scenario, fields.grid_of(scenario, center))
    names = [name for name in names if name != own]
    elsewhere = [name for name in names if study.trajectories_of(names)[name].center != center]
    if len(elsewhere) == len(names):
        where = study.trajectories_of(names)[elsewhere[0]].center if elsewhere else "nowhere"
        raise InputError(
            f"navigation user {user.name!r} is at {center}, but its satellites are at {where}; "
            f"name providers at {center}"
        )
    return names


def _times(study: Study, user: NavigationUser) -> Floats:
    time = study.scenario.time
    own = DURATION_S
    if isinstance(user, LanderUser):
        own = user.descent[-1].at
    # The scenario's end is the user's too, as with a shorter span that was asked for.
    length = min(own if user.duration is None else user.duration, time.duration - user.start)
    count = int(length / user.step + 1e-9) + 1
    if not 2 <= count <= MOST_EPOCHS:
        raise InputError(
            f"navigation user {user.name!r}: {count:,} epochs; wanted 2 to {MOST_EPOCHS:,}, "
            "by 'duration' and 'step'"
        )
    return np.asarray(time.start_s + user.start + np.arange(count) * user.step, dtype=np.float64)


def _track(study: Study, user: NavigationUser, center: str, times: Floats) -> Track:
    home = body(center)
    if isinstance(user, OrbiterUser):
        return _orbit(study, user.node, center, times)
    if isinstance(user, SiteUser):
        frame = home.fixed_frame
        assert frame is not None
        place = (
            rotation(frame, times, study.ephemeris)
            @ study.trajectories_of([user.node]).position(user.node, times, center)[..., None]
        )
        position = place[..., 0]
        return Track(times, position, np.gradient(position, times, axis=0), home.mean_radius_km, surface=True)
    points = user.route if isinstance(user, RoverUser) else user.descent
    latitude, longitude = [one.latitude for one in points], [one.longitude for one in points]
    altitude = [one.altitude for one in points]
    start = study.scenario.time.start_s + user.start
    if isinstance(user, RoverUser):
        return rover_track(times, latitude, longitude, altitude, user.speed, home.mean_radius_km, start)
    at = [one.at for one in user.descent]
    return lander_track(times, at, latitude, longitude, altitude, home.mean_radius_km, start)


def _orbit(study: Study, node: str, center: str, times: Floats) -> Track:
    from qqnet.dynamics.model import default_model
    from qqnet.dynamics.transition import transitions

    entry = study.scenario.entry(node)
    if isinstance(entry, Site | GroundStation):
        raise InputError(f"{node!r} stands on the ground; the kind of such a user is 'site'")
    position, velocity = study.trajectories_of([node]).state(node, times, center)
    states = np.concatenate([position, velocity], axis=1)
    # Errors need the gradient of the forces only, for which a low degree of the field is enough.
    _, matrices = transitions(default_model(center), states[:-1], times[:-1], times[1:], study.ephemeris)
    return Track(times, position, velocity, body(center).mean_radius_km, surface=False, transition=matrices)


def _satellites(study: Study, names: list[str], center: str, track: Track) -> tuple[Floats, Floats]:
    """Positions and velocities [T, S, 3] in the axes of a track."""
    times = track.times_s
    if not track.surface:
        states = [study.trajectories_of(names).state(name, times, center) for name in names]
        position, velocity = (np.stack(parts, axis=1) for parts in zip(*states, strict=True))
        return position, velocity
    frame = body(center).fixed_frame
    assert frame is not None

    def turned(at: Floats) -> Floats:
        relative = np.stack(
            [study.trajectories_of(names).position(name, at, center) for name in names], axis=1
        )
        return np.asarray(relative @ np.swapaxes(rotation(frame, at, study.ephemeris), -1, -2))

    ahead, behind = turned(times + _DIFFERENCE_S), turned(times - _DIFFERENCE_S)
    return turned(times), (ahead - behind) / (2.0 * _DIFFERENCE_S)


def _orbit_axes(study: Study, names: list[str], center: str, track: Track) -> Floats:
    """Radial, transverse and normal of each satellite in the axes of a track, shape [T, S, 3, 3]."""
    states = [study.trajectories_of(names).state(name, track.times_s, center) for name in names]
    position, velocity = (np.stack(parts, axis=1) for parts in zip(*states, strict=True))
    axes = rtn_axes(position, velocity)
    if not track.surface:
        return axes
    frame = body(center).fixed_frame
    assert frame is not None
    turn = rotation(frame, track.times_s, study.ephemeris)
    return np.asarray(axes @ np.swapaxes(turn, -1, -2)[:, None])


def _clock(user: NavigationUser) -> ReceiverClock:
    known, given = CLOCKS[user.clock.type], user.clock
    if given.allan_1s is None and given.random_walk is None:
        return known
    white = known.white_1s if given.allan_1s is None else given.allan_1s
    return ReceiverClock("given", white, known.walk_1s if given.random_walk is None else given.random_walk)


def _altitude(user: NavigationUser) -> AltitudeAid | None:
    terrain = None if isinstance(user, OrbiterUser) else user.terrain
    mapped = 0.0 if terrain is None else terrain.sigma * 1e3
    length = 1.0 if terrain is None else terrain.correlation_length
    if isinstance(user, LanderUser):
        if user.altimeter is None:
            return None
        return AltitudeAid(mapped, user.altimeter.sigma * 1e3, length, user.altimeter.below)
    return None if terrain is None else AltitudeAid(mapped, terrain.noise * 1e3, length)
