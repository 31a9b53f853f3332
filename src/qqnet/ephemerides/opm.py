"""CCSDS Orbit Parameter Messages, read and written in both notations: one state, its spacecraft, its manoeuvres.

CCSDS 502.0-B-3, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.ephemerides import covariance as covariances
from qqnet.ephemerides.covariance import Covariance
from qqnet.ephemerides.epochs import exact_epochs
from qqnet.ephemerides.ndm import (
    USER_DEFINED,
    Block,
    Entry,
    Message,
    Schema,
    Values,
    parse_messages,
    read_bytes,
)
from qqnet.ephemerides.ndm_writing import Notation, header_of, numbers, write_messages
from qqnet.ephemerides.ref_frames import center_name, center_of, frame_of, to_icrf
from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.dynamics.burns import Burn

Floats = NDArray[np.float64]

_STATE: Final = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_ELEMENTS: Final = {
    "SEMI_MAJOR_AXIS": "km", "ECCENTRICITY": None, "INCLINATION": "deg", "RA_OF_ASC_NODE": "deg",
    "ARG_OF_PERICENTER": "deg", "TRUE_ANOMALY": "deg", "MEAN_ANOMALY": "deg", "GM": "km**3/s**2",
}  # fmt: skip
_SPACECRAFT: Final = {
    "MASS": "kg", "SOLAR_RAD_AREA": "m**2", "SOLAR_RAD_COEFF": None, "DRAG_AREA": "m**2", "DRAG_COEFF": None,
}  # fmt: skip
_MANEUVER: Final = {
    "MAN_EPOCH_IGNITION": None, "MAN_DURATION": "s", "MAN_DELTA_MASS": "kg", "MAN_REF_FRAME": None,
    "MAN_DV_1": "km/s", "MAN_DV_2": "km/s", "MAN_DV_3": "km/s",
}  # fmt: skip

SPACECRAFT: Final = Block("spacecraftParameters", dict(_SPACECRAFT))

SCHEMA: Final = Schema(
    "OPM",
    "orbit parameter message",
    ("1.0", "2.0", "3.0"),
    Block(
        "metadata",
        dict.fromkeys(
            ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "REF_FRAME_EPOCH", "TIME_SYSTEM")
        ),
        ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM"),
        optional=False,
    ),
    (
        Block(
            "stateVector",
            {"EPOCH": None, **dict.fromkeys(_STATE[:3], "km"), **dict.fromkeys(_STATE[3:], "km/s")},
            ("EPOCH", *_STATE),
            optional=False,
        ),
        Block(
            "keplerianElements",
            dict(_ELEMENTS),
            (*list(_ELEMENTS)[:5], "TRUE_ANOMALY|MEAN_ANOMALY", "GM"),
        ),
        SPACECRAFT,
        covariances.BLOCK,
        Block("maneuverParameters", dict(_MANEUVER), tuple(_MANEUVER), repeated=True),
        Block("userDefinedParameters", {}),
    ),
)
"""Blocks and keywords of an OPM."""

_ORBIT_FRAMES: Final = {"RSW": "RTN", "RTN": "RTN", "QSW": "RTN", "LVLH": None, "TNW": "VNC"}


@dataclass(frozen=True)
class KeplerianElements:
    """Osculating elements as a message gives them, in its reference frame and in degrees.

    Attributes
    ----------
    semi_major_axis_km : float
    eccentricity : float
    inclination_deg, raan_deg, argument_of_periapsis_deg : float
    anomaly_deg : float
    anomaly : {"TRUE", "MEAN"}
        Which anomaly that is.
    gm_km3_s2 : float
    """

    semi_major_axis_km: float
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    argument_of_periapsis_deg: float
    anomaly_deg: float
    anomaly: str
    gm_km3_s2: float


@dataclass(frozen=True)
class Spacecraft:
    """What a message says of the spacecraft; None where it does not.

    Attributes
    ----------
    mass_kg : float or None
    solar_rad_area_m2, solar_rad_coeff : float or None
        Area and coefficient of radiation pressure.
    drag_area_m2, drag_coeff : float or None
    """

    mass_kg: float | None = None
    solar_rad_area_m2: float | None = None
    solar_rad_coeff: float | None = None
    drag_area_m2: float | None = None
    drag_coeff: float | None = None


@dataclass(frozen=True)
class Maneuver:
    """One manoeuvre.

    Attributes
    ----------
    ignition_s : float
        Ignition [TDB s past J2000].
    duration_s : float
        0 for an impulse.
    delta_mass_kg : float
        Change of mass, 0 or negative.
    frame : str
        As in the message, such as RSW, RTN, TNW, EME2000.
    delta_v_km_s : tuple of 3 floats
        Change of velocity in that frame.
    comments : tuple of str
    """

    ignition_s: float
    duration_s: float
    delta_mass_kg: float
    frame: str
    delta_v_km_s: tuple[float, float, float]
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Opm:
    """One message.

    Attributes
    ----------
    object_name, object_id : str
    center : str
        Name in QQNet's ephemeris.
    frame : str
        REF_FRAME as in the message.
    t : float
        Epoch [TDB s past J2000].
    state : ndarray, shape [6]
        Position [km] and velocity [km/s] relative to the centre, in that frame; `state_icrf` turns it.
    elements : KeplerianElements or None
    spacecraft : Spacecraft
    covariance : Covariance or None
    maneuvers : tuple of Maneuver
    user_defined : mapping of str to str
    time_system : {"UTC", "TAI", "TT", "TDB"}
        In which epochs are written.
    originator, creation_date : str
    comments : tuple of str
        Of all blocks but manoeuvres.
    source : str
        File name, for errors.
    """

    object_name: str
    object_id: str
    center: str
    frame: str
    t: float
    state: Floats
    elements: KeplerianElements | None = None
    spacecraft: Spacecraft = field(default_factory=Spacecraft)
    covariance: Covariance | None = None
    maneuvers: tuple[Maneuver, ...] = ()
    user_defined: Mapping[str, str] = field(default_factory=dict)
    time_system: str = "UTC"
    originator: str = "QQNET"
    creation_date: str = ""
    comments: tuple[str, ...] = ()
    source: str = "OPM"

    def state_icrf(self) -> Floats:
        """Return position [km] and velocity [km/s] in ICRF axes, shape [6]."""
        frame = frame_of(self.frame, self.center)
        return np.asarray(to_icrf(frame, [self.t], self.state[None, :])[0], dtype=np.float64)

    def burns(self) -> tuple[Burn, ...]:
        """Return the manoeuvres as burns of a propagation; see `opm_burns.burns_of`."""
        from qqnet.ephemerides.opm_burns import burns_of

        return burns_of(self)


# -------------------------------------------------------------------------------------------------- reading


def read_opm(path: str | Path) -> Opm:
    """Read a message in either notation.

    Parameters
    ----------
    path : str or Path
        The file; packed by gzip or not.

    Returns
    -------
    Opm
        The message.

    Raises
    ------
    InputError
        If the file cannot be read or breaks the standard; with the number of the line.
    """
    return parse_opm(read_bytes(path), str(path))


def parse_opm(content: bytes | str, source: str = "OPM") -> Opm:
    """Read a message from its content; see `read_opm`.

    Parameters
    ----------
    content : bytes or str
        The message.
    source : str
        Name for errors.

    Returns
    -------
    Opm
        The message.

    Raises
    ------
    InputError
        If it breaks the standard; with the number of the line.
    """
    data = content.encode() if isinstance(content, str) else content
    messages = parse_messages(data, SCHEMA, source)
    if len(messages) > 1:
        raise InputError(f"{source}: holds {len(messages)} orbit parameter messages; one is right")
    return _of_message(messages[0])


def _of_message(message: Message) -> Opm:
    metadata, state = message.one(SCHEMA.metadata), message.one(SCHEMA.data[0])
    scale = metadata.time_system()
    center, frame = reference(metadata)
    blocks = [metadata, state, *(message.maybe(block.tag) for block in SCHEMA.data[1:4])]
    return Opm(
        object_name=metadata.text("OBJECT_NAME"),
        object_id=metadata.text("OBJECT_ID"),
        center=center,
        frame=frame,
        t=state.epoch("EPOCH", scale),
        state=np.array([state.number(key) for key in _STATE]),
        elements=_elements(message.maybe("keplerianElements")),
        spacecraft=spacecraft_of(message.maybe(SPACECRAFT.tag)),
        covariance=covariances.of_values(message.maybe(covariances.BLOCK.tag), frame),
        maneuvers=tuple(_maneuver(values, scale) for values in message.blocks.get("maneuverParameters", [])),
        user_defined=message.user_defined(),
        time_system=scale,
        originator=message.header.text("ORIGINATOR"),
        creation_date=message.header.text("CREATION_DATE"),
        comments=tuple(text for part in (message.header, *blocks) if part for text in part.comments),
        source=message.source,
    )


def reference(metadata: Values) -> tuple[str, str]:
    """Return centre and reference frame of a message; `InputError` with the line where either is not read."""
    try:
        center = center_of(metadata.text("CENTER_NAME"))
    except InputError as error:
        raise metadata.fail("CENTER_NAME", str(error)) from None
    try:
        frame_of(metadata.text("REF_FRAME"), center)
    except InputError as error:
        raise metadata.fail("REF_FRAME", str(error)) from None
    return center, metadata.text("REF_FRAME")


def _elements(values: Values | None) -> KeplerianElements | None:
    if values is None:
        return None
    if "TRUE_ANOMALY" in values and "MEAN_ANOMALY" in values:
        raise values.fail(
            "MEAN_ANOMALY", "both TRUE_ANOMALY and MEAN_ANOMALY are given; one of them is right"
        )
    anomaly = "TRUE" if "TRUE_ANOMALY" in values else "MEAN"
    a, e, i, node, periapsis = (values.number(key) for key in list(_ELEMENTS)[:5])
    turned = values.number(f"{anomaly}_ANOMALY")
    return KeplerianElements(a, e, i, node, periapsis, turned, anomaly, values.number("GM"))


def spacecraft_of(values: Values | None) -> Spacecraft:
    """Return the spacecraft of a message; `InputError` where a number is negative."""
    if values is None:
        return Spacecraft()
    found = [values.optional_number(key) for key in _SPACECRAFT]
    for key, value in zip(_SPACECRAFT, found, strict=True):
        if value is not None and value < 0.0:
            raise values.fail(key, f"{key} = {value!r} is negative")
    return Spacecraft(*found)


def _maneuver(values: Values, scale: str) -> Maneuver:
    duration, delta_mass = values.number("MAN_DURATION"), values.number("MAN_DELTA_MASS")
    if duration < 0.0:
        raise values.fail(
            "MAN_DURATION", f"MAN_DURATION = {duration!r} s; 0 for an impulse, or more, is right"
        )
    if delta_mass > 0.0:
        raise values.fail(
            "MAN_DELTA_MASS",
            f"MAN_DELTA_MASS = {delta_mass!r} kg; a manoeuvre takes mass away: 0 or negative",
        )
    x, y, z = (values.number(f"MAN_DV_{axis}") for axis in (1, 2, 3))
    return Maneuver(
        values.epoch("MAN_EPOCH_IGNITION", scale), duration, delta_mass, values.text("MAN_REF_FRAME"), (x, y, z),
        tuple(values.comments),
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------- writing


def write_opm(path: str | Path, message: Opm, *, notation: Notation | None = None) -> None:
    """Write a message; every number as its shortest text that is read back exactly.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists. Packed by gzip where it ends in ``.gz``.
    message : Opm
        What to write.
    notation : {"KVN", "XML"}, optional
        XML where not given and the file ends in ``.xml``, else keyword-value notation.

    Raises
    ------
    InputError
        If the message holds what cannot be written, or the file cannot.
    """
    write_messages(path, [to_message(message)], SCHEMA, notation)


def to_message(opm: Opm) -> Message:
    """Return a message by blocks.

    Parameters
    ----------
    opm : Opm
        The message.

    Returns
    -------
    Message
        Ready to be written.

    Raises
    ------
    InputError
        If its centre has no name, or a time cannot be written in its time system.
    """
    message = Message(opm.source, "2.0", header_of(opm.creation_date, opm.originator, opm.comments))

    def add(tag: str, entries: dict[str, Entry], comments: tuple[str, ...] = ()) -> None:
        if entries:
            message.blocks.setdefault(tag, []).append(Values(opm.source, entries, list(comments)))

    metadata = (opm.object_name, opm.object_id, center_name(opm.center), opm.frame, opm.time_system)
    add("metadata", {k: Entry(v) for k, v in zip(SCHEMA.metadata.required, metadata, strict=True)})
    (epoch,) = exact_epochs(opm.t, opm.time_system)
    add("stateVector", {"EPOCH": Entry(epoch), **numbers(dict(zip(_STATE, opm.state.tolist(), strict=True)))})
    if opm.elements is not None:
        e = opm.elements
        given = (
            e.semi_major_axis_km, e.eccentricity, e.inclination_deg, e.raan_deg, e.argument_of_periapsis_deg,
            e.anomaly_deg if e.anomaly == "TRUE" else None, e.anomaly_deg if e.anomaly == "MEAN" else None,
            e.gm_km3_s2,
        )  # fmt: skip
        add("keplerianElements", numbers(dict(zip(_ELEMENTS, given, strict=True))))
    add(SPACECRAFT.tag, spacecraft_entries(opm.spacecraft))
    if opm.covariance is not None:
        add(covariances.BLOCK.tag, covariances.to_entries(opm.covariance, opm.frame))
    for burn in opm.maneuvers:
        (ignition,) = exact_epochs(burn.ignition_s, opm.time_system)
        x, y, z = burn.delta_v_km_s
        entries = numbers(
            {"MAN_DURATION": burn.duration_s, "MAN_DELTA_MASS": burn.delta_mass_kg,
             "MAN_DV_1": x, "MAN_DV_2": y, "MAN_DV_3": z}
        )  # fmt: skip
        entries |= {"MAN_EPOCH_IGNITION": Entry(ignition), "MAN_REF_FRAME": Entry(burn.frame)}
        add("maneuverParameters", entries, burn.comments)
    add("userDefinedParameters", {f"{USER_DEFINED}{k}": Entry(v) for k, v in opm.user_defined.items()})
    return message


def spacecraft_entries(spacecraft: Spacecraft) -> dict[str, Entry]:
    """Return the keywords of a spacecraft."""
    given = (
        spacecraft.mass_kg, spacecraft.solar_rad_area_m2, spacecraft.solar_rad_coeff,
        spacecraft.drag_area_m2, spacecraft.drag_coeff,
    )  # fmt: skip
    return numbers(dict(zip(_SPACECRAFT, given, strict=True)))
