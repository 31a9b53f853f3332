"""CZML, the scene format of Cesium: orbits to look at in a globe, in a browser.

Cesium's scenes have one globe, the Earth. All positions are therefore relative to the Earth's centre, in inertial
axes, those of nodes at the Moon or Mars too; what they move about gets a packet of its own, drawn to scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides.elapsed import elapsed_s
from qqnet.ephemerides.epochs import format_epochs, on_written_times
from qqnet.ephemerides.segment import Segment
from qqnet.errors import InputError
from qqnet.space.bodies import BODIES
from qqnet.space.constants import SECONDS_PER_DAY
from qqnet.space.ephemeris import Ephemeris

if TYPE_CHECKING:
    from czml3 import Document, Packet
    from czml3.types import TimeInterval

Floats = NDArray[np.float64]

COLOURS: Final = (
    (86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66), (204, 121, 167), (213, 94, 0), (0, 114, 178),
)  # fmt: skip
"""Colours of nodes in turn, told apart by people with any colour vision (Okabe & Ito 2008)."""

GREY: Final = (180, 180, 180)

TOUR_S: Final = 120.0
"""How long the clock takes for the whole span, as it is set at first [s]."""

DEGREE: Final = 7
"""Degree of Lagrange's interpolation, which Cesium does between the positions."""


def write_czml(
    path: Path, segments: Sequence[Segment], ephemeris: Ephemeris | None = None, *, name: str = "QQNet"
) -> None:
    """Write a scene.

    Parameters
    ----------
    path : Path
        The file.
    segments : sequence of Segment
        States of the nodes, ICRF axes, about any centre.
    ephemeris : Ephemeris, optional
        Where the centres are; the packaged one where not given.
    name : str
        Name of the scene.

    Raises
    ------
    InputError
        If there is nothing to show, or two nodes have one name.
    """
    document = scene(segments, ephemeris, name=name)
    path.write_text(document.model_dump_json(exclude_none=True), encoding="utf-8")


def scene(
    segments: Sequence[Segment], ephemeris: Ephemeris | None = None, *, name: str = "QQNet"
) -> Document:
    """Return the scene that `write_czml` writes.

    Parameters
    ----------
    segments : sequence of Segment
        States of the nodes, ICRF axes, about any centre.
    ephemeris : Ephemeris, optional
        Where the centres are; the packaged one where not given.
    name : str
        Name of the scene.

    Returns
    -------
    czml3.Document
        A document packet with the clock, a packet for each body that nodes move about, one for each node.
        Positions in metres, INERTIAL, relative to the Earth: Cesium turns them by its own model of the Earth's
        rotation, and takes the inertial axes for those of ICRF or, where it has no data, of TEME.

    Raises
    ------
    InputError
        If there is nothing to show, or two nodes have one name.

    References
    ----------
    AnalyticalGraphicsInc, CZML Guide, "CZML Structure" and "Packet".
    """
    from czml3 import Document, Packet
    from czml3.enums import ClockRanges, ClockSteps
    from czml3.properties import Clock

    if not segments:
        raise InputError("nothing to write: a scene shows at least one node")
    names = [segment.object_name for segment in segments]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise InputError(f"two motions of {', '.join(twice)}; a scene shows one of each node")
    ephemeris = ephemeris or Ephemeris.packaged()
    epoch = float(on_written_times([min(float(s.t[0]) for s in segments)])[0])
    last = max(float(s.t[-1]) for s in segments)
    rate = max(1.0, float(np.round((last - epoch) / TOUR_S)))
    clock = Clock(
        interval=_interval(epoch, last), currentTime=_stamp(epoch), multiplier=rate, range=ClockRanges.LOOP_STOP,
        step=ClockSteps.SYSTEM_CLOCK_MULTIPLIER,
    )  # fmt: skip
    head = Packet(id="document", name=name, version="1.0", clock=clock)
    centers = [
        c for c in dict.fromkeys(segment.center for segment in segments) if c in BODIES and c != "Earth"
    ]
    packets = [_body(center, segments, ephemeris, epoch) for center in centers]
    packets += [
        _node(segment, ephemeris, epoch, COLOURS[k % len(COLOURS)]) for k, segment in enumerate(segments)
    ]
    return Document(packets=[head, *packets])


def _stamp(t: float) -> str:
    return f"{format_epochs([t])[0]}Z"


def _interval(start: float, end: float) -> TimeInterval:
    from czml3.types import TimeInterval

    return TimeInterval(start=_stamp(start), end=_stamp(end))


def _position(t: Floats, position_km: Floats, epoch: float) -> Any:
    """Return sampled positions: seconds since the epoch, then metres to the millimetre."""
    from czml3.enums import InterpolationAlgorithms
    from czml3.properties import Position

    rows = np.column_stack([np.round(elapsed_s(t, epoch), 6), np.round(1e3 * position_km, 3)])
    return Position.model_validate(
        {
            "epoch": _stamp(epoch),
            "cartesian": rows.ravel().tolist(),
            "referenceFrame": "INERTIAL",
            "interpolationAlgorithm": InterpolationAlgorithms.LAGRANGE,
            "interpolationDegree": min(DEGREE, len(t) - 1),
        }
    )


def _node(segment: Segment, ephemeris: Ephemeris, epoch: float, colour: tuple[int, int, int]) -> Packet:
    from czml3 import Packet
    from czml3.properties import Color, Label, Path, Point, PolylineMaterial, SolidColorMaterial

    where = segment.position_km
    if segment.center != "Earth":
        where = where + ephemeris.position(segment.center, "Earth", segment.t)
    paint = Color(rgba=[*colour, 255])
    material = PolylineMaterial(solidColor=SolidColorMaterial(color=Color(rgba=[*colour, 160])))
    return Packet(
        id=segment.object_name, name=segment.object_name,
        description=f"{segment.object_name}, moves about {segment.center}",
        availability=_interval(float(segment.t[0]), float(segment.t[-1])),
        position=_position(segment.t, where, epoch),
        point=Point(pixelSize=6, color=paint),
        label=_label(Label, segment.object_name, paint),
        path=Path(
            width=1, leadTime=0, trailTime=_trail_s(segment), material=material,
            resolution=float(np.median(np.diff(segment.t))),
        ),
    )  # fmt: skip


def _body(center: str, segments: Sequence[Segment], ephemeris: Ephemeris, epoch: float) -> Packet:
    """Return a packet of a body that nodes move about, tabulated every hour at most."""
    from czml3 import Packet
    from czml3.properties import Color, Ellipsoid, EllipsoidRadii, Label, Material, SolidColorMaterial

    mine = [segment for segment in segments if segment.center == center]
    low, high = min(float(s.t[0]) for s in mine), max(float(s.t[-1]) for s in mine)
    t = np.linspace(low, high, max(DEGREE + 1, int(np.ceil((high - low) / 3600.0)) + 1))
    known = BODIES[center]
    radii = [1e3 * known.equatorial_radius_km] * 2 + [1e3 * known.polar_radius_km]
    grey = Color(rgba=[*GREY, 255])
    return Packet(
        id=f"body/{center}", name=center, availability=_interval(low, high),
        position=_position(t, ephemeris.position(center, "Earth", t), epoch),
        ellipsoid=Ellipsoid(
            radii=EllipsoidRadii(cartesian=radii), fill=True,
            material=Material(solidColor=SolidColorMaterial(color=grey)),
        ),
        label=_label(Label, center, grey),
    )  # fmt: skip


def _label(label: Any, text: str, colour: Any) -> Any:
    from czml3.enums import HorizontalOrigins
    from czml3.types import Cartesian2Value

    return label(
        text=text, font="12px sans-serif", fillColor=colour, horizontalOrigin=HorizontalOrigins.LEFT,
        pixelOffset=Cartesian2Value(values=[10.0, 0.0]),
    )  # fmt: skip


def _trail_s(segment: Segment) -> float:
    """Return how long a trail to draw: one turn about the centre, at most the whole span."""
    whole = float(segment.t[-1] - segment.t[0])
    gm = BODIES[segment.center].gm_km3_s2 if segment.center in BODIES else BODIES["Earth"].gm_km3_s2
    energy = 0.5 * np.sum(segment.velocity_km_s[0] ** 2) - gm / np.linalg.norm(segment.position_km[0])
    if energy >= 0.0:
        return min(whole, SECONDS_PER_DAY)
    return float(min(whole, 2.0 * np.pi * gm / (-2.0 * energy) ** 1.5))
