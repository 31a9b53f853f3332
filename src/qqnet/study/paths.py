"""Paths of a study's links at times: geometry brought to the form that link physics takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.access.link_geometry import LinkEvaluator
from qqnet.access.sky import Sky, look
from qqnet.links.link import Link
from qqnet.links.pairs import TerminalPair
from qqnet.links.path import Disc, Path, View
from qqnet.space.bodies import body
from qqnet.study.network import candidates, links_of

if TYPE_CHECKING:
    from qqnet.study.study import Study

DISCS: Final = ("Earth", "Moon", "Mars", "Venus", "Mercury")
"""Bodies that may stand in a beam, beside the Sun."""

Floats = NDArray[np.float64]


class PathEvaluator:
    """Paths of links of a study (by index) at times of transmission.

    The Sun and bodies are looked at from the receiving end alone, and only for links that have an effect which
    depends on them.

    Parameters
    ----------
    study : Study
        For trajectories.
    pairs : sequence of TerminalPair
        The links.
    links : sequence of Link, optional
        Their physics, where the caller has it.
    motion : bool
        Whether the acceleration is known for all links, not only for those with an effect that looks at motion.
    """

    def __init__(
        self,
        study: Study,
        pairs: Sequence[TerminalPair],
        links: Sequence[Link] | None = None,
        *,
        motion: bool = False,
    ):
        made = links_of(study.scenario, list(pairs)) if links is None else links
        self._bank = study.scene.bank
        self._links = candidates(study.scenario, study.scene, list(pairs))
        self._light_time = study.scenario.compute.light_time
        self._geometry = LinkEvaluator(self._bank, self._links, light_time=self._light_time)
        self._moving = np.array([motion or "motion" in link.looks_at for link in made], dtype=np.bool_)
        self._sky = np.array(["sky" in link.looks_at for link in made], dtype=np.bool_)
        trajectories = study.trajectories
        self._bodies = [name for name in DISCS if name in trajectories.body_names]
        self._sun = trajectories.body_index("Sun")
        self._indices = [self._sun, *(trajectories.body_index(name) for name in self._bodies)]

    def __call__(self, link_index: ArrayLike, times: ArrayLike) -> Path:
        """Return the paths, one element a row."""
        rows, at = np.broadcast_arrays(np.asarray(link_index), np.asarray(times, dtype=np.float64))
        seen = self._geometry(rows, at)
        looking = np.flatnonzero(self._sky[rows])
        sky = None
        if looking.size:
            sky = look(
                self._bank,
                self._links,
                rows[looking],
                at[looking],
                seen.owlt_s[looking] if self._light_time else 0.0,
                self._indices,
                self._sun,
            )
        return Path(
            range_km=seen.range_km,
            range_rate_km_s=seen.range_rate_km_s,
            sender=View(seen.elevation_from_rad),
            receiver=self._view(seen.elevation_to_rad, looking, sky),
            time_s=at,
            range_acceleration_km_s2=self._acceleration(rows, at),
            across_km_s=_spread(np.full(at.shape, np.nan), looking, None if sky is None else sky.across_km_s),
        )

    def _acceleration(self, rows: NDArray[np.intp], at: Floats) -> Floats:
        """Change of the range rate, by central differences over two seconds, for links that ask for it."""
        out = np.full(at.shape, np.nan)
        asked = np.flatnonzero(self._moving[rows])
        if asked.size:
            before, after = (self._geometry(rows[asked], at[asked] + step) for step in (-1.0, 1.0))
            out[asked] = 0.5 * (after.range_rate_km_s - before.range_rate_km_s)
        return out

    def _view(self, elevation: Floats, looking: NDArray[np.intp], sky: Sky | None) -> View:
        if sky is None:
            return View(elevation)

        def spread(values: Floats) -> Floats:
            return _spread(np.full(elevation.shape, np.nan), looking, values)

        discs: dict[str, Disc] = {}
        for k, name in enumerate(self._bodies, start=1):
            radius = np.arcsin(np.minimum(body(name).mean_radius_km / sky.distance_km[k], 1.0))
            discs[name] = Disc(spread(sky.angle_rad[k]), spread(radius), spread(sky.phase_rad[k]))
        return View(elevation, spread(sky.angle_rad[0]), spread(sky.distance_km[0]), discs)


def _spread(out: Floats, where: NDArray[np.intp], values: Floats | None) -> Floats:
    """Write values, if there are any, at their rows of `out`."""
    if values is not None:
        out[where] = values
    return out
