"""The lines of a laser link's budget that belong to the two ends."""

from __future__ import annotations

from qqnet.links import optical
from qqnet.links.lines import BudgetLine
from qqnet.links.optical_ends import OpticalReceive, OpticalTransmit
from qqnet.links.rf import decibel


def _line(name: str, value: float, unit: str, source: str) -> BudgetLine:
    # Adding zero turns the -0.0 of an absent loss into 0.0.
    return BudgetLine(name, float(value) + 0.0, unit, source)


def optical_transmit_lines(end: OpticalTransmit) -> tuple[BudgetLine, ...]:
    """Terms of a laser transmitter, power to pointing; their sum is the EIRP."""
    gain = float(optical.aperture_gain_dbi(end.diameter_m, end.wavelength_m))
    lines = [
        _line("Transmit power", float(decibel(end.power_w)), "dBW", f"terminal: {end.power_w:.6g} W"),
        _line("Transmit aperture gain", gain, "dBi", f"diameter {end.diameter_m:g} m: (pi D / lambda)^2"),
        _line("Transmit efficiency", float(decibel(end.efficiency)), "dB", f"terminal: {end.efficiency:.6g}"),
    ]
    if end.obscuration is not None:
        source = f"Gaussian beam, obscuration {end.obscuration:g} (Klein and Degnan 1974)"
        lines.append(_line("Transmit truncation and obscuration", -end.fill_loss_db, "dB", source))
    if end.divergence_rad is not None:
        narrowest = f"{end.diffraction_rad * 1e6:.4g} by diffraction"
        source = f"half-angle {end.beam_rad * 1e6:.4g} urad at 1/e^2, {narrowest}"
        lines.append(_line("Beam widened", -end.widening_loss_db, "dB", source))
    lines.append(_line("Transmit pointing loss", -end.pointing_loss_db(), "dB", _pointing(end)))
    return tuple(lines)


def _pointing(end: OpticalTransmit) -> str:
    """Error, jitter and what is budgeted of them."""
    if end.pointing_outage is None or end.pointing_jitter_rad == 0.0:
        kind = "mean over the jitter"
    else:
        kind = f"exceeded for {end.pointing_outage:g} of the time"
    return (
        f"Gaussian beam, {kind}: error {end.error_rad * 1e6:.3g}, jitter {end.pointing_jitter_rad * 1e6:.3g}, "
        f"half-angle {end.beam_rad * 1e6:.3g} urad"
    )


def optical_receive_lines(end: OpticalReceive) -> tuple[BudgetLine, ...]:
    """Terms of a laser receiver, aperture gain to loss."""
    gain = float(optical.aperture_gain_dbi(end.diameter_m, end.wavelength_m))
    efficiency = float(decibel(end.efficiency))
    lines = [
        _line("Receive aperture gain", gain, "dBi", f"diameter {end.diameter_m:g} m: (pi D / lambda)^2"),
        _line(
            "Receive efficiency", efficiency, "dB", f"terminal, optics and detection: {end.efficiency:.6g}"
        ),
    ]
    if end.obscuration:
        source = f"1 - {end.obscuration:g}^2 of the area"
        lines.append(_line("Receive obscuration", -end.blocked_db, "dB", source))
    lines.append(_line("Receive loss", -end.loss_db, "dB", "terminal"))
    return tuple(lines)


def photon_lines(wavelength_m: float) -> tuple[BudgetLine, ...]:
    """Term that turns received power into photons a second, for a wavelength [m]."""
    energy_db = float(decibel(optical.photon_energy_j(wavelength_m)))
    return (_line("1 / photon energy", -energy_db, "dB(1/J)", "h c / lambda, SI"),)
