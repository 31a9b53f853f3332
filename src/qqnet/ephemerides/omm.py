"""CCSDS Orbit Mean-Elements Messages, read and written in both notations.

CCSDS 502.0-B-3, section 4. Elements stay in the units of the message, degrees and revolutions a day, so that
reading and writing loses nothing; `sgp4_orbits` makes states of them, `tle` writes them as two lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

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
from qqnet.ephemerides.opm import SPACECRAFT, Spacecraft, reference, spacecraft_entries, spacecraft_of
from qqnet.ephemerides.ref_frames import center_name
from qqnet.errors import InputError

_MEAN: Final = {
    "SEMI_MAJOR_AXIS": "km", "MEAN_MOTION": "rev/day", "ECCENTRICITY": None, "INCLINATION": "deg",
    "RA_OF_ASC_NODE": "deg", "ARG_OF_PERICENTER": "deg", "MEAN_ANOMALY": "deg", "GM": "km**3/s**2",
}  # fmt: skip
_TLE: Final = {
    "EPHEMERIS_TYPE": None, "CLASSIFICATION_TYPE": None, "NORAD_CAT_ID": None, "ELEMENT_SET_NO": None,
    "REV_AT_EPOCH": None, "BSTAR": "1/ER", "BTERM": "m**2/kg", "MEAN_MOTION_DOT": None,
    "MEAN_MOTION_DDOT": None, "AGOM": "m**2/kg",
}  # fmt: skip
# The derivatives are those of two lines, already divided by 2 and 6. The standard's examples give them so in
# [rev/day**2], Orekit takes that unit at its word and halves them: written without a unit, all agree.
_SPELLINGS: Final = {
    "MEAN_MOTION_DOT": ("rev/day**2", "2rev/d**2"), "MEAN_MOTION_DDOT": ("rev/day**3", "6rev/d**3"),
}  # fmt: skip
_NAMES: Final = ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "MEAN_ELEMENT_THEORY")

SCHEMA: Final = Schema(
    "OMM",
    "orbit mean-elements message",
    ("1.0", "2.0", "3.0"),
    Block("metadata", dict.fromkeys((*_NAMES[:4], "REF_FRAME_EPOCH", *_NAMES[4:])), _NAMES, optional=False),
    (
        Block(
            "meanElements",
            {"EPOCH": None, **_MEAN},
            ("EPOCH", "SEMI_MAJOR_AXIS|MEAN_MOTION", *list(_MEAN)[2:7]),
            optional=False,
            spellings={"MEAN_MOTION": ("rev/d",)},
        ),
        SPACECRAFT,
        Block(
            "tleParameters",
            dict(_TLE),
            ("BSTAR|BTERM", "MEAN_MOTION_DOT", "MEAN_MOTION_DDOT|AGOM"),
            spellings=_SPELLINGS,
        ),
        covariances.BLOCK,
        Block("userDefinedParameters", {}),
    ),
)
"""Blocks and keywords of an OMM."""


@dataclass(frozen=True)
class MeanElements:
    """Mean elements as a message gives them; one of mean motion and semi-major axis is None.

    Attributes
    ----------
    mean_motion_rev_day : float or None
        [revolutions a day].
    semi_major_axis_km : float or None
    eccentricity : float
    inclination_deg, raan_deg, argument_of_periapsis_deg, mean_anomaly_deg : float
    gm_km3_s2 : float or None
    """

    mean_motion_rev_day: float | None
    semi_major_axis_km: float | None
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    argument_of_periapsis_deg: float
    mean_anomaly_deg: float
    gm_km3_s2: float | None = None


@dataclass(frozen=True)
class TleParameters:
    """What a two-line element set holds besides the mean elements.

    Attributes
    ----------
    ephemeris_type : int
    classification : str
        U, C or S.
    norad_cat_id : int or None
    element_set_no, rev_at_epoch : int
    bstar_per_er : float or None
        Drag term of SGP4 [1 / Earth radius].
    bterm_m2_kg : float or None
        Ballistic coefficient of SGP4-XP.
    mean_motion_dot_rev_day2, mean_motion_ddot_rev_day3 : float or None
        As two lines give them: the derivatives of mean motion divided by 2 and by 6. SGP4 does not use them.
    agom_m2_kg : float or None
        Radiation coefficient of SGP4-XP.
    """

    ephemeris_type: int = 0
    classification: str = "U"
    norad_cat_id: int | None = None
    element_set_no: int = 0
    rev_at_epoch: int = 0
    bstar_per_er: float | None = 0.0
    bterm_m2_kg: float | None = None
    mean_motion_dot_rev_day2: float | None = 0.0
    mean_motion_ddot_rev_day3: float | None = 0.0
    agom_m2_kg: float | None = None


@dataclass(frozen=True, eq=False)
class Omm:
    """One message.

    Attributes
    ----------
    object_name, object_id : str
    center : str
        Name in QQNet's ephemeris.
    frame : str
        REF_FRAME as in the message.
    theory : str
        MEAN_ELEMENT_THEORY as in the message, such as SGP4.
    t : float
        Epoch of the elements [TDB s past J2000].
    elements : MeanElements
    tle : TleParameters or None
    spacecraft : Spacecraft
    covariance : Covariance or None
    user_defined : mapping of str to str
    time_system : {"UTC", "TAI", "TT", "TDB"}
        In which the epoch is written.
    originator, creation_date : str
    comments : tuple of str
    source : str
        File name, for errors.
    """

    object_name: str
    object_id: str
    center: str
    frame: str
    theory: str
    t: float
    elements: MeanElements
    tle: TleParameters | None = None
    spacecraft: Spacecraft = field(default_factory=Spacecraft)
    covariance: Covariance | None = None
    user_defined: Mapping[str, str] = field(default_factory=dict)
    time_system: str = "UTC"
    originator: str = "QQNET"
    creation_date: str = ""
    comments: tuple[str, ...] = ()
    source: str = "OMM"


def of_object(messages: Iterable[Omm], name: str | None = None, near_s: float | None = None) -> Omm:
    """Return the elements of one object.

    Parameters
    ----------
    messages : iterable of Omm
        What a file holds.
    name : str, optional
        Its name, its international designator or its catalogue number; may be left out where there is one only.
    near_s : float, optional
        Of several sets, that with its epoch nearest to this time [TDB s past J2000]; else the latest.

    Returns
    -------
    Omm
        The set.

    Raises
    ------
    InputError
        If the file does not hold that object, or several and none is named.
    """
    every = list(messages)
    objects = dict.fromkeys(f"{m.object_name} ({m.object_id})" for m in every)
    listed = ", ".join(list(objects)[:20]) + (f" and {len(objects) - 20} more" if len(objects) > 20 else "")
    if name is None and len(objects) > 1:
        raise InputError(f"{every[0].source} holds several objects, name one: {listed}")
    found = [m for m in every if name is None or name in _names(m)]
    if not found:
        raise InputError(f"{every[0].source} has no object {name!r}; it holds: {listed}")
    return min(found, key=lambda m: abs(m.t - near_s) if near_s is not None else -m.t)


def _names(message: Omm) -> tuple[str, ...]:
    number = message.tle.norad_cat_id if message.tle else None
    return (
        message.object_name,
        message.object_id,
        *(() if number is None else (str(number), f"{number:05d}")),
    )


# -------------------------------------------------------------------------------------------------- reading


def read_omm(path: str | Path) -> tuple[Omm, ...]:
    """Read messages in either notation: one, several after each other, or combined in an ``<ndm>``.

    Parameters
    ----------
    path : str or Path
        The file; packed by gzip or not.

    Returns
    -------
    tuple of Omm
        At least one.

    Raises
    ------
    InputError
        If the file cannot be read or breaks the standard; with the number of the line.
    """
    return parse_omm(read_bytes(path), str(path))


def parse_omm(content: bytes | str, source: str = "OMM") -> tuple[Omm, ...]:
    """Read messages from their content; see `read_omm`.

    Parameters
    ----------
    content : bytes or str
        The messages.
    source : str
        Name for errors.

    Returns
    -------
    tuple of Omm
        At least one.

    Raises
    ------
    InputError
        If they break the standard; with the number of the line.
    """
    data = content.encode() if isinstance(content, str) else content
    return tuple(_of_message(message) for message in parse_messages(data, SCHEMA, source))


def _of_message(message: Message) -> Omm:
    metadata, mean = message.one(SCHEMA.metadata), message.one(SCHEMA.data[0])
    scale = metadata.time_system()
    center, frame = reference(metadata)
    blocks = [metadata, mean, *(message.maybe(block.tag) for block in SCHEMA.data[1:])]
    return Omm(
        object_name=metadata.text("OBJECT_NAME"),
        object_id=metadata.text("OBJECT_ID"),
        center=center,
        frame=frame,
        theory=metadata.text("MEAN_ELEMENT_THEORY"),
        t=mean.epoch("EPOCH", scale),
        elements=_elements(mean),
        tle=_tle(message.maybe("tleParameters")),
        spacecraft=spacecraft_of(message.maybe(SPACECRAFT.tag)),
        covariance=covariances.of_values(message.maybe(covariances.BLOCK.tag), frame),
        user_defined=message.user_defined(),
        time_system=scale,
        originator=message.header.text("ORIGINATOR"),
        creation_date=message.header.text("CREATION_DATE"),
        comments=tuple(text for part in (message.header, *blocks) if part for text in part.comments),
        source=message.source,
    )


def _elements(values: Values) -> MeanElements:
    if "MEAN_MOTION" in values and "SEMI_MAJOR_AXIS" in values:
        raise values.fail("SEMI_MAJOR_AXIS", "both MEAN_MOTION and SEMI_MAJOR_AXIS are given; one is right")
    for key in ("MEAN_MOTION", "SEMI_MAJOR_AXIS"):
        if key in values and values.number(key) <= 0.0:
            raise values.fail(key, f"{key} = {values.text(key)}; a positive number is right")
    eccentricity, inclination = values.number("ECCENTRICITY"), values.number("INCLINATION")
    if not 0.0 <= eccentricity < 1.0:
        raise values.fail("ECCENTRICITY", f"ECCENTRICITY = {eccentricity!r}; right is 0 to less than 1")
    if not 0.0 <= inclination <= 180.0:
        raise values.fail("INCLINATION", f"INCLINATION = {inclination!r} deg; right is 0 to 180")
    return MeanElements(
        values.optional_number("MEAN_MOTION"), values.optional_number("SEMI_MAJOR_AXIS"),
        eccentricity, inclination, values.number("RA_OF_ASC_NODE"),
        values.number("ARG_OF_PERICENTER"), values.number("MEAN_ANOMALY"),
        values.optional_number("GM"),
    )  # fmt: skip


def _tle(values: Values | None) -> TleParameters | None:
    if values is None:
        return None
    kind = values.text("CLASSIFICATION_TYPE", "U")
    if len(kind) != 1:
        raise values.fail(
            "CLASSIFICATION_TYPE", f"CLASSIFICATION_TYPE {kind!r}; one letter such as U is right"
        )
    return TleParameters(
        values.integer("EPHEMERIS_TYPE", 0) or 0, kind, values.integer("NORAD_CAT_ID"),
        values.integer("ELEMENT_SET_NO", 0) or 0, values.integer("REV_AT_EPOCH", 0) or 0,
        *(values.optional_number(key) for key in list(_TLE)[5:]),
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------- writing


def write_omm(path: str | Path, messages: Omm | Iterable[Omm], *, notation: Notation | None = None) -> None:
    """Write messages; every number as its shortest text that is read back exactly.

    Parameters
    ----------
    path : str or Path
        The file; it is replaced where it exists. Packed by gzip where it ends in ``.gz``.
    messages : Omm or iterable of Omm
        What to write.
    notation : {"KVN", "XML"}, optional
        XML where not given and the file ends in ``.xml``, else keyword-value notation.

    Raises
    ------
    InputError
        If a message holds what cannot be written, or the file cannot.
    """
    every = [messages] if isinstance(messages, Omm) else list(messages)
    write_messages(path, [to_message(message) for message in every], SCHEMA, notation)


def to_message(omm: Omm) -> Message:
    """Return a message by blocks.

    Parameters
    ----------
    omm : Omm
        The message.

    Returns
    -------
    Message
        Ready to be written.

    Raises
    ------
    InputError
        If its centre has no name, or the epoch cannot be written in its time system.
    """
    message = Message(omm.source, "2.0", header_of(omm.creation_date, omm.originator, omm.comments))

    def add(tag: str, entries: dict[str, Entry]) -> None:
        if entries:
            message.blocks[tag] = [Values(omm.source, entries)]

    names = (omm.object_name, omm.object_id, center_name(omm.center), omm.frame, omm.time_system, omm.theory)
    add("metadata", {key: Entry(value) for key, value in zip(_NAMES, names, strict=True)})
    e = omm.elements
    (epoch,) = exact_epochs(omm.t, omm.time_system)
    mean = (
        e.semi_major_axis_km, e.mean_motion_rev_day, e.eccentricity, e.inclination_deg, e.raan_deg,
        e.argument_of_periapsis_deg, e.mean_anomaly_deg, e.gm_km3_s2,
    )  # fmt: skip
    add("meanElements", {"EPOCH": Entry(epoch), **numbers(dict(zip(_MEAN, mean, strict=True)))})
    add(SPACECRAFT.tag, spacecraft_entries(omm.spacecraft))
    if omm.tle is not None:
        add("tleParameters", _tle_entries(omm.tle))
    if omm.covariance is not None:
        add(covariances.BLOCK.tag, covariances.to_entries(omm.covariance, omm.frame))
    add("userDefinedParameters", {f"{USER_DEFINED}{k}": Entry(v) for k, v in omm.user_defined.items()})
    return message


def _tle_entries(tle: TleParameters) -> dict[str, Entry]:
    whole = {
        "EPHEMERIS_TYPE": str(tle.ephemeris_type), "CLASSIFICATION_TYPE": tle.classification,
        "NORAD_CAT_ID": "" if tle.norad_cat_id is None else str(tle.norad_cat_id),
        "ELEMENT_SET_NO": str(tle.element_set_no), "REV_AT_EPOCH": str(tle.rev_at_epoch),
    }  # fmt: skip
    others = (
        tle.bstar_per_er, tle.bterm_m2_kg, tle.mean_motion_dot_rev_day2, tle.mean_motion_ddot_rev_day3,
        tle.agom_m2_kg,
    )  # fmt: skip
    entries = {key: Entry(value) for key, value in whole.items() if value}
    return entries | numbers(dict(zip(list(_TLE)[5:], others, strict=True)))
