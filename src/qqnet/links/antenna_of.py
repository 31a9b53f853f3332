"""How the antenna of a scenario's terminal becomes one of the link physics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from qqnet.links.antennas import Antenna
from qqnet.links.arrays import PhasedArray, Tabulated
from qqnet.links.place import Ends
from qqnet.links.polarisation import Polarisation, PolarisationMismatch
from qqnet.links.radiators import Radiator
from qqnet.links.reflectors import Reflector, StatedGain
from qqnet.links.small_antennas import Helix, Patch
from qqnet.scenario import antennas as schema
from qqnet.scenario.antenna_files import pattern_points
from qqnet.scenario.terminals import RfTerminal

M_PER_KM: Final = 1e3


def antenna_of(written: schema.AimedAntenna) -> Antenna:
    """Antenna of a scenario's terminal.

    Parameters
    ----------
    written : AimedAntenna
        Of any kind.

    Returns
    -------
    Antenna
        The same values, in metres where lengths are sizes of antennas.

    Raises
    ------
    InputError
        A file of a pattern that cannot be read.
    """
    polarisation = None
    if written.polarisation is not None:
        polarisation = Polarisation(written.polarisation, written.axial_ratio, written.tilt)
    made = _plain(written) or Antenna(radiator=_radiator(written))
    return replace(made, pointing_error_rad=written.pointing_error, polarisation=polarisation)


def polarisation_mismatch(ends: Ends) -> Iterator[PolarisationMismatch]:
    """Give the loss between the polarisations of a radio link's antennas, where both are known."""
    if isinstance(ends.transmit, RfTerminal) and isinstance(ends.receive, RfTerminal):
        one, other = (antenna_of(end.antenna).polarisation for end in (ends.transmit, ends.receive))
        if one is not None and other is not None:
            yield PolarisationMismatch(one, other)


def _plain(written: schema.AimedAntenna) -> Antenna | None:
    """Antenna of which no more than diameter or gain is known; None for others."""
    match written:
        case schema.Parabola(surface_error=None, blockage=0.0, side_lobes="F.699"):
            return Antenna(diameter_m=written.diameter * M_PER_KM, efficiency=written.efficiency)
        case schema.StatedGain(diameter=None):
            return Antenna(gain_dbi=written.gain, efficiency=written.efficiency)
    return None


def _radiator(written: schema.AimedAntenna) -> Radiator:
    match written:
        case schema.Parabola():
            return Reflector(
                written.diameter * M_PER_KM,
                written.efficiency,
                (written.surface_error or 0.0) * M_PER_KM,
                written.blockage,
                written.side_lobes,
            )
        case schema.StatedGain():
            size = None if written.diameter is None else written.diameter * M_PER_KM
            return StatedGain(written.gain, written.efficiency, size)
        case schema.Helix():
            return Helix(written.turns, written.diameter * M_PER_KM, written.spacing * M_PER_KM)
        case schema.Patch():
            return Patch(written.length * M_PER_KM, written.width * M_PER_KM, written.efficiency)
        case schema.PhasedArray():
            return PhasedArray(
                (written.elements[0], written.elements[1]),
                written.spacing * M_PER_KM,
                written.element_gain,
                written.efficiency,
                written.scan,
                written.scan_exponent,
            )
        case schema.PatternAntenna():
            return Tabulated(tuple(tuple(cut) for cut in pattern_points(written.pattern)), written.beyond)
    raise TypeError(f"no kind of antenna: {written!r}")
