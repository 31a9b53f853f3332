"""What a scenario says about the errors of ranging signals and receivers."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import (
    Altitude,
    Duration,
    Frequency,
    Gain,
    Loss,
    PositiveDuration,
    PositiveLength,
    Power,
    SmallAngle,
    Temperature,
    Velocity,
)

SignalName = Literal["afs-pilot", "afs-data", "gps-l1-ca", "gps-l5"]


class SignalInSpaceError(Part):
    """How well the broadcast orbits and clocks are known, or where that comes from."""

    source: Literal["given", "orbit-determination", "file"] = Field(
        "given", alias="from", description="given: the numbers here; else covariances over time"
    )
    orbit: Altitude = Field(0.01, description="position error, 1 sigma an axis; 10 m where not given")
    orbit_rtn: list[Altitude] | None = Field(
        None, description="radial, transverse and normal error, 1 sigma, instead of `orbit`"
    )
    clock: Altitude = Field(
        0.003, description="clock error, 1 sigma, times the speed of light; 3 m where not given"
    )
    velocity: Velocity = Field(
        1e-6, ge=0.0, description="velocity error, 1 sigma an axis; 1 mm/s where not given"
    )
    clock_rate: Velocity = Field(
        1e-7,
        ge=0.0,
        description="error of the clock's rate times the speed of light; 0.1 mm/s where not given",
    )
    correlation_time: PositiveDuration = Field(
        3600.0, description="how long an error lasts, for filters; 1 h where not given"
    )
    file: str | None = Field(None, description="of covariances, relative to the scenario file; NetCDF")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.orbit_rtn is not None and len(self.orbit_rtn) != 3:
            raise broken("has not three components; right is [1 m, 5 m, 3 m]", "orbit_rtn")
        if (self.source == "file") != (self.file is not None):
            raise broken("and 'file' belong together: 'from: file' and the name of the file", "from")
        return self


class BroadcastSignal(Part):
    """The ranging signal of every satellite."""

    name: SignalName = Field("afs-pilot", description="frequency and code")
    power: Power = Field(20.0, description="at the amplifier's output; 20 W where not given")
    gain: Gain = Field(12.0, description="of the antenna towards the users; 12 dBi where not given")
    loss: Loss = Field(1.0, description="circuit loss; 1 dB where not given")


class NavigationReceiver(Part):
    """A user's receiver."""

    gain: Gain = Field(3.0, description="of its antenna; 3 dBi where not given")
    noise_temperature: Temperature = Field(
        290.0, description="of the system, at the antenna's port; 290 K where not given"
    )
    loss: Loss = Field(1.0, description="circuit, polarisation, implementation; 1 dB where not given")
    code_bandwidth: Frequency = Field(0.5, description="of the code loop; 0.5 Hz where not given")
    doppler_bandwidth: Frequency = Field(2.0, description="of the frequency loop; 2 Hz where not given")
    spacing: float = Field(0.5, gt=0.0, le=1.0, description="early to late correlator, chips")
    front_end: Frequency = Field(
        16.5e6, description="bandwidth; that of the S-band allocation where not given"
    )
    integration: PositiveDuration = Field(0.02, description="coherent; 20 ms where not given")
    threshold: Loss = Field(30.0, description="least C/N0 that is tracked, of 1 Hz; 30 dB where not given")


class MultipathError(Part):
    """Multipath of the code: zenith + horizon exp(-elevation / scale)."""

    zenith: Altitude = Field(0.00013, description="1 sigma; 13 cm where not given")
    horizon: Altitude = Field(0.00053, description="1 sigma; 53 cm where not given")
    scale: SmallAngle = Field(0.17453292519943295, gt=0.0, description="10 deg where not given")


class IonosphereError(Part):
    """What an ionosphere leaves in a range; airless bodies have none."""

    residual: Altitude = Field(0.0, description="after correction, at the zenith, 1 sigma")
    height: PositiveLength = Field(350.0, description="of the thin shell; 350 km where not given")
    second_frequency: Frequency | None = Field(
        None, description="of a second signal that removes the delay, and multiplies noise and multipath"
    )


class NavigationErrors(Described):
    """The error budget of a range; with it, errors follow from each line of sight instead of one number."""

    signal_in_space: SignalInSpaceError = SignalInSpaceError()
    signal: BroadcastSignal = BroadcastSignal()
    receiver: NavigationReceiver = NavigationReceiver()
    multipath: MultipathError = MultipathError()
    ionosphere: IonosphereError | None = Field(None, description="none where not given, as on airless bodies")
    other: Altitude = Field(0.0, description="rest of each range, such as rounding of the message, 1 sigma")
    time_transfer: Duration = Field(
        0.0, description="of system time to the reference (LTC, UTC), 1 sigma; in the time error alone"
    )
    step: PositiveDuration | None = Field(
        None, description="time between epochs of the maps; the scenario's where not given"
    )
