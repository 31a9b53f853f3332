"""What an orbit determination finds: covariances over time, signal in space, contributions of sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.orbit_determination.analysis import Record
from qqnet.orbit_determination.setup import Setup
from qqnet.orbit_determination.signal_in_space import SignalInSpace, range_variance_m2
from qqnet.space.bodies import body
from qqnet.space.timescales import format_utc

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

STATES: Final = (
    "radial", "transverse", "normal", "radial rate", "transverse rate", "normal rate", "clock", "clock rate",
)  # fmt: skip
"""Position and velocity error along RTN axes [m, m/s]; clock error and its rate as lengths [m, m/s]."""

LCRNS_POSITION_M: Final = 13.43
LCRNS_VELOCITY_M_S: Final = 1.2e-3
"""Limits of the signal-in-space error, 3 sigma: LCRNS SRD, as coded in GTGNSS NavSatellite.m (secondary)."""

UNDETERMINED: Final = 1.05
"""A state that all observations together narrow by less than this factor counts as not determined."""

_RATES, _PLACES = [3, 4, 5, 7], [0, 1, 2, 6]


@dataclass(frozen=True, eq=False)
class OrbitDeterminationResult:
    """Errors of a constellation's orbits and clocks over time.

    Attributes
    ----------
    data : xarray.Dataset
        ``filtered`` and ``broadcast`` (time, satellite, state, state_of): covariances, consider parameters
        included, of the filter and of the messages that users have; ``smoothed`` likewise where asked for;
        ``formal`` (time, satellite, state): standard deviations without consider parameters; ``age`` of the
        message; ``observations`` (time, source); ``information`` (source, satellite): degrees of freedom that
        a source determines; ``narrowed`` (satellite, state): by how much the observations narrow each state.
        Infinite variances stand where nothing is known, not-a-number before the first message.
    """

    data: xr.Dataset

    @classmethod
    def build(cls, setup: Setup, record: Record, settle_s: float) -> OrbitDeterminationResult:
        """Collect what an analysis found.

        Parameters
        ----------
        setup : Setup
            What was asked.
        record : Record
            What was found.
        settle_s : float
            First part of the span that figures leave out [s].

        Returns
        -------
        OrbitDeterminationResult
        """
        import xarray as xr

        motion, matrix = setup.motion, ("time", "satellite", "state", "state_of")
        squared = {"units": "m2, m2 s-1 and m2 s-2", "long_name": "covariance, RTN axes"}
        data: dict[str, Any] = {
            "filtered": (matrix, record.filtered, squared),
            "broadcast": (matrix, record.broadcast, squared),
            "formal": (
                matrix[:3],
                np.sqrt(np.diagonal(record.formal, axis1=-2, axis2=-1)),
                {"units": "m and m s-1", "long_name": "standard deviation without consider parameters"},
            ),
            "age": ("time", record.age_s, {"units": "s", "long_name": "age of the broadcast message"}),
            "radius": (
                ("time", "satellite"),
                np.linalg.norm(motion.states(setup.times_s)[..., :3], axis=-1),
                {"units": "km", "long_name": "distance from the body's centre"},
            ),
            "observations": (("time", "source"), record.counts, {"units": "1"}),
            "information": (("source", "satellite"), record.information, {"units": "1"}),
            "narrowed": (("satellite", "state"), record.blind, {"units": "1"}),
        }
        if record.smoothed is not None:
            data["smoothed"] = (matrix, record.smoothed, squared)
        craft = motion.spacecraft
        return cls(
            xr.Dataset(
                data,
                {
                    "time": ("time", setup.times_s, {"units": "s", "long_name": "TDB past J2000"}),
                    "satellite": list(motion.names),
                    "state": list(STATES),
                    "state_of": list(STATES),
                    "source": [source.label for source in setup.sources],
                },
                {
                    "body": motion.center,
                    "clock": craft.clock.name,
                    "dynamics": "; ".join(dict.fromkeys(model.text() for model in motion.models)),
                    "estimated": ", ".join(craft.layout.names),
                    "considered": ", ".join(motion.parameters.names),
                    "step_s": setup.step_s,
                    "settle_s": settle_s,
                    "upload_s": setup.broadcast.upload_s,
                    "latency_s": setup.broadcast.latency_s,
                },
            )
        )

    @property
    def body(self) -> str:
        """The body that the satellites are about."""
        return str(self.data.attrs["body"])

    @property
    def satellites(self) -> tuple[str, ...]:
        """Names of the satellites."""
        return tuple(map(str, self.data["satellite"].to_numpy()))

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Epochs that figures are drawn from: a message is there, and the filter has settled."""
        times = self.data["time"].to_numpy()
        late = times - times[0] >= float(self.data.attrs["settle_s"]) - 1e-6
        return np.asarray(late & np.isfinite(self.data["age"].to_numpy()))

    def signal_in_space(self) -> SignalInSpace:
        """Return the covariances of the broadcast messages, from the first of them on.

        Returns
        -------
        SignalInSpace

        Raises
        ------
        InputError
            Where no message falls into the span, or something is not known at all; the message names it.
        """
        there = np.isfinite(self.data["age"].to_numpy())
        if not there.any():
            raise InputError(
                f"orbit determination at {self.body}: the span ends before the first message begins; "
                "make it longer than the latency"
            )
        whole = self.data["broadcast"].to_numpy()[there]
        infinite = np.argwhere(~np.isfinite(np.diagonal(whole, axis1=-2, axis2=-1)))
        if len(infinite):
            _, satellite, state = infinite[0]
            raise InputError(
                f"orbit determination at {self.body}: nothing is known of the {STATES[state]} of "
                f"{self.satellites[satellite]}; give it an a-priori value, or observations that determine it"
            )
        return SignalInSpace(
            self.satellites,
            self.data["time"].to_numpy()[there],
            whole[:, :, _PLACES][..., _PLACES],
            whole[:, :, _RATES][..., _RATES],
        )

    def position_error_m(self, kind: str = "broadcast") -> Floats:
        """Return the 3-sigma error of position and clock together, root sum square [m], shape [T, S]."""
        return self._together(kind, _PLACES)

    def velocity_error_m_s(self, kind: str = "broadcast") -> Floats:
        """Return the 3-sigma error of velocity and clock rate together, root sum square [m/s], shape [T, S]."""
        return self._together(kind, _RATES)

    def _together(self, kind: str, places: list[int]) -> Floats:
        variances = np.diagonal(self.data[kind].to_numpy(), axis1=-2, axis2=-1)
        return np.asarray(3.0 * np.sqrt(variances[..., places].sum(axis=-1)))

    def range_error_m(self, kind: str = "broadcast") -> Floats:
        """Return the 3-sigma range error of the worst user on the body's surface [m].

        Parameters
        ----------
        kind : str
            ``broadcast``, ``filtered`` or ``smoothed``.

        Returns
        -------
        ndarray [T, S]
            The largest over the nadir and 24 directions along the limb.
        """
        radius_km = self.data["radius"].to_numpy()
        covariance = self.data[kind].to_numpy()[:, :, _PLACES][..., _PLACES]
        known = np.where(np.isfinite(covariance), covariance, 0.0)
        sine = np.clip(body(self.body).mean_radius_km / radius_km, 0.0, 1.0)
        cosine = np.sqrt(1.0 - sine**2)
        lines = [np.stack([np.ones_like(sine), 0.0 * sine, 0.0 * sine], axis=-1)]
        lines += [
            np.stack([cosine, sine * np.cos(angle), sine * np.sin(angle)], axis=-1)
            for angle in np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
        ]
        worst = np.max([range_variance_m2(known, line) for line in lines], axis=0)
        infinite = ~np.isfinite(np.diagonal(covariance, axis1=-2, axis2=-1)).all(axis=-1)
        return np.asarray(np.where(infinite, np.inf, 3.0 * np.sqrt(worst)))

    def sigma(self, kind: str = "broadcast") -> Floats:
        """Return standard deviations of the eight states, shape [T, S, 8]."""
        return np.asarray(np.sqrt(np.diagonal(self.data[kind].to_numpy(), axis1=-2, axis2=-1)))

    @property
    def shares(self) -> dict[str, float]:
        """Share of each source in all degrees of freedom that observations determine."""
        degrees = self.data["information"].to_numpy().sum(axis=1)
        total = degrees.sum()
        names = map(str, self.data["source"].to_numpy())
        return {
            name: float(one / total) if total > 0.0 else 0.0 for name, one in zip(names, degrees, strict=True)
        }

    @property
    def undetermined(self) -> list[tuple[str, str]]:
        """Satellites and states that the observations say nothing of: what stands there is a-priori knowledge."""
        narrowed = self.data["narrowed"].to_numpy()
        unknown = ~np.isfinite(self.data["filtered"].to_numpy()[-1].diagonal(axis1=-2, axis2=-1))
        found = np.argwhere((narrowed < UNDETERMINED) | unknown)
        return [(self.satellites[s], STATES[n]) for s, n in found]

    def summary(self) -> dict[str, Any]:
        """Return the figures, plain JSON values; null where something is infinite or missing."""
        data, settled = self.data, self.settled
        times = data["time"].to_numpy()
        ages = data["age"].to_numpy()[settled]
        position, velocity = self.position_error_m()[settled], self.velocity_error_m_s()[settled]
        counts = data["observations"].to_numpy().sum(axis=0)
        shares = self.shares
        return {
            "body": self.body,
            "satellites": len(self.satellites),
            "start": format_utc(float(times[0])),
            "duration_s": float(times[-1] - times[0]),
            "step_s": float(data.attrs["step_s"]),
            "settle_s": float(data.attrs["settle_s"]),
            "clock": data.attrs["clock"],
            "dynamics": data.attrs["dynamics"],
            "estimated": data.attrs["estimated"].split(", "),
            "considered": [name for name in data.attrs["considered"].split(", ") if name],
            "broadcast": {
                "upload_s": float(data.attrs["upload_s"]),
                "latency_s": float(data.attrs["latency_s"]),
                "age_max_s": float(ages.max()) if ages.size else None,
            },
            "position_3sigma_m": _spread(position),
            "velocity_3sigma_m_s": _spread(velocity),
            "range_3sigma_m": _spread(self.range_error_m()[settled]),
            "limit": {
                "position_m": LCRNS_POSITION_M,
                "velocity_m_s": LCRNS_VELOCITY_M_S,
                "position_met_fraction": _met(position, LCRNS_POSITION_M),
                "velocity_met_fraction": _met(velocity, LCRNS_VELOCITY_M_S),
            },
            "broadcast_sigma": self._by_state("broadcast", settled),
            "filter_sigma": self._by_state("filtered", settled),
            "by_satellite": [
                {
                    "node": name,
                    "position_3sigma_m": _spread(position[:, n]),
                    "velocity_3sigma_m_s": _spread(velocity[:, n]),
                }
                for n, name in enumerate(self.satellites)
            ],
            "sources": [
                {"name": name, "observations": int(count), "information_share": shares[name]}
                for name, count in zip(map(str, data["source"].to_numpy()), counts, strict=True)
            ],
            "undetermined": [{"node": node, "state": state} for node, state in self.undetermined],
        }

    def _by_state(self, kind: str, settled: NDArray[np.bool_]) -> dict[str, float | None]:
        """Return root mean squares over satellites and settled epochs, by state."""
        squares = np.square(self.sigma(kind)[settled])
        names = [name.replace(" ", "_") + ("_m_s" if "rate" in name else "_m") for name in STATES]
        return {name: _finite(np.sqrt(np.mean(squares[..., n]))) if squares.size else None
                for n, name in enumerate(names)}  # fmt: skip

    def save(self, path: Path) -> None:
        """Write to a NetCDF file."""
        packed = {str(name): {"zlib": True, "complevel": 4} for name in self.data.data_vars}
        self.data.to_netcdf(path, engine="h5netcdf", encoding=packed)

    @classmethod
    def load(cls, path: Path) -> OrbitDeterminationResult:
        """Read what :meth:`save` wrote."""
        import xarray as xr

        return cls(xr.load_dataset(path, engine="h5netcdf", decode_times=False, decode_timedelta=False))


def _spread(values: Floats) -> dict[str, float | None]:
    """Return mean, 95 % and maximum; None where there is nothing finite to say."""
    if not values.size:
        return {"mean": None, "p95": None, "max": None}
    return {
        "mean": _finite(np.mean(values)),
        "p95": _finite(np.quantile(values, 0.95, method="higher")),
        "max": _finite(np.max(values)),
    }


def _met(values: Floats, limit: float) -> float | None:
    return float(np.mean(values <= limit)) if values.size else None


def _finite(value: float | np.floating[Any]) -> float | None:
    return float(value) if np.isfinite(value) else None
