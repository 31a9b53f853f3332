"""Modes of a radio transmitter: plain rates, codes with modulations, ladders; and who picks among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from qqnet.errors import InputError
from qqnet.scenario.part import Part, broken
from qqnet.scenario.quantities import DataRate, Decibel, Duration, Frequency, Loss, PositiveDuration

ErrorRate = Annotated[float, Field(ge=1e-12, le=0.5)]
RollOff = Annotated[float, Field(ge=0.0, le=1.0)]

PER_PASS: Final = "per-pass"
"""Name of the fixed mode that is chosen anew for every pass."""

SAME: Final = 1e-6
"""Relative difference of bandwidths that rounding of a written file may make."""


@dataclass(frozen=True)
class RatedMode:
    """What a mode comes to.

    Attributes
    ----------
    name : str
        For people.
    rate_bps : float
        Information rate [bit/s].
    eb_n0_db : float
        Required Eb/N0, implementation loss included [dB].
    bandwidth_hz : float or None
        Occupied bandwidth [Hz]; None where the scenario does not say how the carrier is modulated.
    source : str
        Where the required Eb/N0 is from.
    """

    name: str
    rate_bps: float
    eb_n0_db: float
    bandwidth_hz: float | None = None
    source: str = ""


def rate_text(rate_bps: float) -> str:
    """Write a rate [bit/s] as people do.

    Examples
    --------
    >>> rate_text(2.5e6)
    '2.5 Mbit/s'
    """
    for factor, unit in ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")):
        if rate_bps >= factor:
            return f"{rate_bps / factor:.4g} {unit}"
    return f"{rate_bps:.4g} bit/s"


class RfMode(Part):
    """A rate and the Eb/N0 it needs, implementation loss included."""

    name: str = ""
    rate: DataRate = Field(description="information rate")
    eb_n0: Decibel = Field(description="required Eb/N0")

    def rated(self) -> RatedMode:
        """Return it as it is."""
        return RatedMode(self.name or rate_text(self.rate), self.rate, self.eb_n0)


class CodedMode(Part):
    """A code and a modulation at a rate; the required Eb/N0 follows from the wanted error rate."""

    name: str = ""
    code: str = Field(description="such as ccsds-ldpc-1/2-1024; the page on coding lists them")
    modulation: str = Field("", description="such as QPSK, which holds where none is given")
    symbol_rate: Frequency | None = Field(None, description="symbols of the carrier a second")
    rate: DataRate | None = Field(None, description="information rate, instead of symbol_rate")
    frame_error_rate: ErrorRate | None = Field(None, description="of frames, which are codewords")
    bit_error_rate: ErrorRate | None = Field(None, description="instead of frame_error_rate")
    eb_n0: Decibel | None = Field(
        None, description="instead of an error rate: required Eb/N0, ideal receiver"
    )
    implementation_loss: Loss = Field(0.0, description="of the receiver, on top of what the code needs")
    roll_off: RollOff = Field(0.35, description="of the root-raised-cosine filter")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if (self.symbol_rate is None) == (self.rate is None):
            raise broken("needs exactly one of symbol_rate and rate")
        try:
            self.rated()
        except InputError as error:
            raise broken(str(error)) from None
        return self

    def rated(self) -> RatedMode:
        """Work out rate, required Eb/N0 and bandwidth.

        Raises
        ------
        InputError
            The code or modulation is not known, they do not go together, or nothing is known at the error rate.
        """
        from qqnet.coding.tables import code, modulation

        used = code(self.code)
        carrier = modulation(self.modulation or used.modulation or "QPSK")
        per_symbol = used.rate * carrier.bits
        symbol_rate = self.symbol_rate if self.rate is None else self.rate / per_symbol
        assert symbol_rate is not None
        if used.modulation not in ("", carrier.name):
            raise InputError(f"{used.name} goes with {used.modulation}, not with {carrier.name}")
        eb_n0, source = self._need(carrier.name, used.threshold)
        return RatedMode(
            name=self.name or (used.name if used.modulation else f"{carrier.name} {used.name}"),
            rate_bps=symbol_rate * per_symbol if self.rate is None else self.rate,
            eb_n0_db=eb_n0 + self.implementation_loss,
            bandwidth_hz=carrier.occupied_bandwidth_hz(symbol_rate, self.roll_off),
            source=f"{source}, implementation loss {self.implementation_loss:g} dB",
        )

    def _need(self, carrier: str, threshold: tuple[float, float] | None) -> tuple[float, str]:
        from qqnet.coding.performance import required_eb_n0

        given = [self.eb_n0, self.frame_error_rate, self.bit_error_rate]
        if sum(value is not None for value in given) > 1:
            raise InputError("takes one of frame_error_rate, bit_error_rate and eb_n0")
        if self.eb_n0 is not None:
            return self.eb_n0, "stated Eb/N0"
        if self.bit_error_rate is not None:
            need = required_eb_n0(self.code, self.bit_error_rate, "bit", carrier)
            return need.eb_n0_db, f"{need.source} ({need.mark}), bit error rate {self.bit_error_rate:g}"
        rate = self.frame_error_rate
        if rate is None and threshold is not None:
            rate = threshold[1]
        if rate is None:
            raise InputError("needs frame_error_rate, bit_error_rate or eb_n0")
        need = required_eb_n0(self.code, rate, "frame", carrier)
        return need.eb_n0_db, f"{need.source} ({need.mark}), frame error rate {rate:g}"


def _all(value: Any) -> Any:
    return ["all"] if value == "all" else value


class Ladder(Part):
    """Many modes of one standard at once."""

    standard: Literal["dvb-s2", "ccsds"]
    modcods: Annotated[list[str], BeforeValidator(_all)] = Field(
        ["all"], min_length=1, description="dvb-s2: all, or some, such as [QPSK 1/4, 8PSK 3/4]"
    )
    codes: list[str] = Field([], description="ccsds: each with each rate")
    modulation: str = Field("", description="ccsds: of all")
    symbol_rate: Frequency | None = Field(None, description="symbols of the carrier a second, of all modes")
    rates: list[DataRate] = Field([], description="ccsds: information rates, instead of symbol_rate")
    frame_error_rate: ErrorRate | None = None
    bit_error_rate: ErrorRate | None = None
    implementation_loss: Loss = Field(0.0, description="of the receiver, on top of what the code needs")
    roll_off: RollOff = Field(
        0.35, description="of the root-raised-cosine filter; DVB-S2 has 0.2, 0.25, 0.35"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for key in ("codes", "modulation", "rates", "bit_error_rate") if self.standard == "dvb-s2" else ():
            if getattr(self, key):
                raise broken("is for the standard ccsds; for dvb-s2 give symbol_rate and modcods", key)
        if self.standard == "ccsds" and not self.codes:
            raise broken("is missing; name at least one code, such as ccsds-ldpc-1/2-1024", "codes")
        if self.standard == "ccsds" and self.modcods != ["all"]:
            raise broken("is for the standard dvb-s2; for ccsds give codes", "modcods")
        if (self.symbol_rate is None) == (not self.rates):
            one = "symbol_rate" if self.standard == "dvb-s2" else "exactly one of symbol_rate and rates"
            raise broken(f"needs {one}")
        try:
            list(self.modes())
        except InputError as error:
            raise broken(str(error)) from None
        return self

    def modes(self) -> Iterator[RatedMode]:
        """Work out every mode; InputError where one is not known."""
        for name in self._codes():
            for rate in self.rates or (None,):
                yield CodedMode.model_construct(
                    name="" if rate is None else f"{self.modulation or 'QPSK'} {name} {rate_text(rate)}",
                    code=name,
                    modulation=self.modulation,
                    symbol_rate=self.symbol_rate,
                    rate=rate,
                    frame_error_rate=self.frame_error_rate,
                    bit_error_rate=self.bit_error_rate,
                    eb_n0=None,
                    implementation_loss=self.implementation_loss,
                    roll_off=self.roll_off,
                ).rated()

    def _codes(self) -> list[str]:
        from qqnet.coding.tables import codes

        if self.standard == "ccsds":
            return self.codes
        if self.modcods == ["all"]:
            return [name for name, code in codes().items() if code.family == "dvb-s2"]
        return [f"dvb-s2-{name.strip().lower().replace(' ', '-')}" for name in self.modcods]


def _kind_of_mode(value: Any) -> str:
    if isinstance(value, dict):
        return "coded" if "code" in value else "plain"
    return "coded" if isinstance(value, CodedMode) else "plain"


def _kind_of_modes(value: Any) -> str:
    return "ladder" if isinstance(value, dict | Ladder) else "list"


Mode = Annotated[
    Annotated[RfMode, Tag("plain")] | Annotated[CodedMode, Tag("coded")], Discriminator(_kind_of_mode)
]
Modes = Annotated[
    Annotated[list[Mode], Field(min_length=1), Tag("list")] | Annotated[Ladder, Tag("ladder")],
    Discriminator(_kind_of_modes),
]


def rated_modes(modes: list[RfMode | CodedMode] | Ladder) -> list[RatedMode]:
    """Work out the modes of a transmitter, in the order of the file."""
    return list(modes.modes()) if isinstance(modes, Ladder) else [mode.rated() for mode in modes]


def occupied_bandwidth(modes: list[RfMode | CodedMode] | Ladder, stated: float | None) -> float | None:
    """Bandwidth of a transmitter: as stated, or of its widest mode.

    Parameters
    ----------
    modes : list of modes or Ladder
        Of the transmitter.
    stated : float or None
        What the scenario gives [Hz].

    Returns
    -------
    float or None
        Bandwidth [Hz]; None where neither says.

    Raises
    ------
    PydanticCustomError
        A mode is wider than what is stated.
    """
    wide = [mode for mode in rated_modes(modes) if mode.bandwidth_hz is not None]
    if not wide:
        return stated
    widest = max(wide, key=lambda mode: mode.bandwidth_hz or 0.0)
    assert widest.bandwidth_hz is not None
    if stated is None:
        return widest.bandwidth_hz
    if widest.bandwidth_hz > stated * (1.0 + SAME):
        raise broken(
            f"is less than the mode '{widest.name}' at {widest.rate_bps:.6g} bit/s occupies, "
            f"{widest.bandwidth_hz / 1e6:.6g} MHz; give that or more, or a lower rate",
            "bandwidth",
        )
    return stated


class RateControl(Part):
    """Who picks among the modes, and how often."""

    kind: Literal["adaptive", "fixed", "stepwise"] = Field(
        "adaptive",
        description="the best mode at every moment; one mode; or the best that holds for an interval",
    )
    hysteresis: Loss = Field(0.0, description="margin beyond the required one before a faster mode is taken")
    dwell: Duration = Field(
        0.0, description="least time between two changes; downwards to keep the link is free"
    )
    interval: PositiveDuration | None = Field(
        None, description="stepwise: time between changes, from the pass's start"
    )
    mode: str = Field(
        "", description="fixed: the mode's name, or per-pass for the one that carries most in each pass"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind == "stepwise") != (self.interval is not None):
            raise broken("is for stepwise rates, which need it", "interval")
        if (self.kind == "fixed") != bool(self.mode):
            raise broken("is for fixed rates, which need it: a mode's name, or per-pass", "mode")
        if self.kind == "stepwise" and self.dwell:
            raise broken("is for adaptive and fixed rates; stepwise ones have an interval", "dwell")
        return self

    @property
    def fixes(self) -> bool:
        """Whether one mode is fixed for good."""
        return self.kind == "fixed" and self.mode != PER_PASS
