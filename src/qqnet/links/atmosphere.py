"""A first model of the atmosphere above a site: a zenith loss, the path through it, the noise it emits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from qqnet.errors import InputError
from qqnet.links.domain import FloatArray, not_negative, positive
from qqnet.links.effects import Effect, Looks
from qqnet.links.path import Path, View
from qqnet.links.place import Ends
from qqnet.scenario.terminals import RfTerminal

ATMOSPHERE_TEMPERATURE_K: Final = 275.0
"""Mean radiating temperature of the Earth's lower atmosphere [K]: an assumption."""

ATMOSPHERE_HEIGHT_RADII: Final = 1e-3
"""Thickness of the absorbing layer over the body's radius [1]: an assumption, 6.4 km on Earth."""

_HORIZON_SLACK_RAD: Final = 1e-6  # rounding of elevations at the horizon


def air_mass(elevation_rad: ArrayLike) -> FloatArray:
    """Path through a thin homogeneous atmosphere over its zenith path.

    Parameters
    ----------
    elevation_rad : array_like
        Elevation above the horizon [rad], 0 to pi/2.

    Returns
    -------
    ndarray
        Air mass [1]: 1 at zenith, 1/sin(elevation) to 1 % above 13 deg, finite at the horizon.

    Raises
    ------
    InputError
        An elevation is below 0 or above 90 deg.

    References
    ----------
    Straight path through a spherical shell of height h over a sphere of radius R; h/R is
    `ATMOSPHERE_HEIGHT_RADII`. No refraction.

    Examples
    --------
    >>> print(f"{air_mass(math.radians(30.0)):.3f}")
    1.997
    """
    elevation = np.asarray(elevation_rad, dtype=np.float64)
    valid = (elevation >= -_HORIZON_SLACK_RAD) & (elevation <= math.pi / 2 + _HORIZON_SLACK_RAD)
    if not valid.all():
        worst = math.degrees(float(elevation[~valid].flat[0] if elevation.ndim else elevation))
        raise InputError(f"the elevation is {worst:g} deg; it must be from 0 to 90 deg")
    sine = np.maximum(np.sin(elevation), 0.0)
    h = ATMOSPHERE_HEIGHT_RADII
    return (np.sqrt(sine * sine + 2.0 * h + h * h) - sine) / h


def atmospheric_loss_db(zenith_loss_db: ArrayLike, elevation_rad: ArrayLike) -> FloatArray:
    """Loss through the atmosphere above a site: zenith loss times air mass.

    A first model: the zenith loss is an assumption of the user, constant in time.

    Parameters
    ----------
    zenith_loss_db : array_like
        Loss at zenith [dB], zero or more.
    elevation_rad : array_like
        Elevation of the other end [rad].

    Returns
    -------
    ndarray
        Loss [dB].

    Raises
    ------
    InputError
        The loss is negative or the elevation outside 0 to 90 deg.
    """
    return not_negative(zenith_loss_db, "the zenith attenuation", "dB") * air_mass(elevation_rad)


def atmospheric_noise_k(loss_db: ArrayLike, temperature_k: float = ATMOSPHERE_TEMPERATURE_K) -> FloatArray:
    """Noise that an absorbing atmosphere adds to an antenna looking through it.

    Parameters
    ----------
    loss_db : array_like
        Loss along the path [dB], zero or more.
    temperature_k : float
        Mean radiating temperature of the medium [K].

    Returns
    -------
    ndarray
        Added antenna temperature [K].

    Raises
    ------
    InputError
        The loss is negative or the temperature not above zero.

    References
    ----------
    Radiative transfer through an isothermal absorber, T (1 - 10^(-A/10)), the form of ITU-R P.618.
    """
    loss = not_negative(loss_db, "the atmospheric loss", "dB")
    return positive(temperature_k, "the temperature", "K") * -np.expm1(-loss * math.log(10.0) / 10.0)


@dataclass(frozen=True)
class ZenithLoss:
    """Loss of an atmosphere of which the loss at zenith is stated; an `Effect`.

    Attributes
    ----------
    zenith_db : float
        Loss at zenith [dB].
    end : {"sending", "receiving"}
        Which end stands below the atmosphere.
    """

    zenith_db: float
    end: Literal["sending", "receiving"]

    def __post_init__(self) -> None:
        not_negative(self.zenith_db, "the zenith attenuation", "dB")

    @property
    def name(self) -> str:
        """Name of the line in a budget."""
        return f"Atmosphere above the {self.end} end"

    @property
    def looks_at(self) -> Looks:
        """What the effect depends on."""
        return "elevation"

    def _view(self, path: Path) -> View:
        return path.sender if self.end == "sending" else path.receiver

    def loss_db(self, path: Path) -> FloatArray:
        """Loss [dB]; none at an end without elevation, and that of the horizon for a peer below it."""
        elevation = self._view(path).elevation_rad
        loss = atmospheric_loss_db(self.zenith_db, np.fmax(elevation, 0.0))
        return np.where(np.isnan(elevation), 0.0, loss)

    def source(self, path: Path) -> str:
        """Formula and values, for a path of one moment."""
        elevation = math.degrees(float(self._view(path).elevation_rad))
        return f"zenith loss (assumed) x air mass at {elevation:.1f} deg"


@dataclass(frozen=True)
class AtmosphereNoise:
    """Emission of what absorbs above a receiver; a `NoiseSource`.

    Attributes
    ----------
    loss : Effect
        The absorption.
    temperature_k : float
        Mean radiating temperature of the medium [K].
    """

    loss: Effect
    temperature_k: float = ATMOSPHERE_TEMPERATURE_K

    @property
    def name(self) -> str:
        """Name of the line in a budget."""
        return "Noise of the atmosphere"

    @property
    def looks_at(self) -> Looks:
        """What the source depends on."""
        return "elevation"

    def amount(self, path: Path) -> FloatArray:
        """Added system noise temperature [K]."""
        return atmospheric_noise_k(self.loss.loss_db(path), self.temperature_k)

    def source(self, path: Path) -> str:
        """Formula and values, for a path of one moment."""
        added = float(self.amount(path))
        return f"{added:.4g} K: emission of the same loss at {self.temperature_k:g} K (assumed)"


def zenith_losses(ends: Ends) -> Iterator[ZenithLoss | AtmosphereNoise]:
    """Give the stated zenith losses above the sites of a radio link, and the noise of the receiving one."""
    if not (isinstance(ends.transmit, RfTerminal) and isinstance(ends.receive, RfTerminal)):
        return
    if ends.sender is not None and ends.transmit.zenith_attenuation:
        yield ZenithLoss(ends.transmit.zenith_attenuation, "sending")
    if ends.receiver is not None and ends.receive.zenith_attenuation:
        loss = ZenithLoss(ends.receive.zenith_attenuation, "receiving")
        yield loss
        yield AtmosphereNoise(loss)
