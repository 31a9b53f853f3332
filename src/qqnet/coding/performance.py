"""Required Eb/N0, from curves, simulations, formulas and thresholds, and never beyond what they cover."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, Literal

import numpy as np

from qqnet.coding import closed_forms
from qqnet.coding.limits import block_limit_eb_n0_db
from qqnet.coding.tables import Code, Mark, code, modulation, read_table
from qqnet.errors import InputError

Metric = Literal["bit", "frame"]

FILES: Final = ("curves_spacelink.yaml", "curves_turbo_tables.yaml", "curves_ldpc.yaml")
"""Tables of curves; of two curves of one code the first that covers an error rate is used."""

LOWEST_FORMULA: Final = 1e-12
"""Error rates below it are asked of no formula: nothing in a real receiver is known so well."""


@dataclass(frozen=True)
class Curve:
    """Error rate against Eb/N0.

    Attributes
    ----------
    code, metric : str
        Code, and ``bit`` or ``frame`` (codeword) error rate.
    eb_n0_db, error_rate : tuple of float
        Points, Eb/N0 rising [dB], rate falling [1].
    source : str
        Where they are from.
    mark : str
        How that is known.
    """

    code: str
    metric: Metric
    eb_n0_db: tuple[float, ...]
    error_rate: tuple[float, ...]
    source: str
    mark: Mark

    def covers(self, error_rate: float) -> bool:
        """Whether an error rate lies between the ends of the curve."""
        return self.error_rate[-1] <= error_rate <= self.error_rate[0]

    def required_eb_n0_db(self, error_rate: float) -> float:
        """Eb/N0 [dB] at an error rate within the curve: monotone cubic in the logarithm of the rate."""
        from scipy.interpolate import PchipInterpolator

        log_rate = np.log10(self.error_rate)[::-1]
        return float(PchipInterpolator(log_rate, self.eb_n0_db[::-1])(math.log10(error_rate)))


@dataclass(frozen=True)
class Requirement:
    """Eb/N0 that a code needs.

    Attributes
    ----------
    eb_n0_db : float
        Required Eb/N0 [dB], without implementation loss.
    source : str
        Where it is from.
    mark : str
        ``secondary``, ``simulated``, ``computed``, ``estimated`` or ``unverified``.
    """

    eb_n0_db: float
    source: str
    mark: Mark


@cache
def curves() -> dict[tuple[str, Metric], tuple[Curve, ...]]:
    """Return all curves by code and metric, the preferred first."""
    found: dict[tuple[str, Metric], tuple[Curve, ...]] = {}
    for file in FILES:
        raw = read_table(file)
        for entry in raw["curves"]:
            eb_n0_db, error_rate = zip(*entry["points"], strict=True)
            said = f"{entry['published']}: {raw['source']}" if "published" in entry else raw["source"]
            curve = Curve(entry["code"], entry["metric"], eb_n0_db, error_rate, said, raw["mark"])
            key = (curve.code, curve.metric)
            found[key] = (*found.get(key, ()), curve)
    return found


def required_eb_n0(
    code_name: str,
    error_rate: float,
    metric: Metric = "frame",
    modulation_name: str = "QPSK",
) -> Requirement:
    """Eb/N0 at which a code reaches an error rate.

    Parameters
    ----------
    code_name : str
        As in a scenario, such as ``ccsds-concatenated-1/2-223-i5``.
    error_rate : float
        Wanted error rate [1].
    metric : {"frame", "bit"}
        Of frames (codewords) or of bits.
    modulation_name : str
        The modulation.

    Returns
    -------
    Requirement
        Eb/N0 of an ideal receiver, and where it is from.

    Raises
    ------
    InputError
        Nothing is known of the code at that error rate or with that modulation; the message says what is.

    Examples
    --------
    >>> need = required_eb_n0("ccsds-concatenated-1/2-223-i5", 1e-5)
    >>> round(need.eb_n0_db, 2), need.mark
    (2.48, 'secondary')
    >>> required_eb_n0("ccsds-concatenated-1/2-223-i5", 1e-9)
    Traceback (most recent call last):
    qqnet.errors.InputError: a frame error rate of 1e-09 is outside what is known of ...
    """
    found = code(code_name)
    if not 0.0 < error_rate < 1.0:
        raise InputError(f"the {metric} error rate is {error_rate:g}; it must be between 0 and 1")
    _check_modulation(found, modulation_name)
    if found.error == "threshold":
        return _threshold(found, error_rate, modulation_name)
    if found.error == "formula":
        return _formula(found, error_rate, metric, modulation_name)
    if found.error == "moved":
        return _moved(found, error_rate, metric)
    return _from_curve(found, error_rate, metric)


def _check_modulation(found: Code, name: str) -> None:
    wanted = modulation(name)
    if found.modulation:
        if name != found.modulation:
            raise InputError(f"{found.name} goes with {found.modulation}, not with {name}")
    elif not wanted.binary and not (found.family == "uncoded" and name == "8PSK"):
        raise InputError(
            f"the error rates of {found.name} are known with BPSK, QPSK and OQPSK, not with {name}; give eb_n0"
        )


def _threshold(found: Code, error_rate: float, name: str) -> Requirement:
    assert found.threshold is not None
    es_n0_db, least = found.threshold
    if error_rate < least:
        raise InputError(
            f"{found.name} is known down to a packet error rate of {least:g}; give that or more, or give eb_n0"
        )
    per_symbol = found.rate * modulation(name).bits
    eb_n0_db = es_n0_db - 10.0 * math.log10(per_symbol)
    return Requirement(eb_n0_db, f"{found.source}: Es/N0 {es_n0_db:g} dB at {least:g}", found.mark)


def _formula(found: Code, error_rate: float, metric: Metric, name: str) -> Requirement:
    from scipy.optimize import brentq

    only, most, function, said = _closed_form(found, name)
    if metric != only:
        raise InputError(f"of {found.name} the {only} error rate is known, not that of {_other(metric)}")
    if not LOWEST_FORMULA <= error_rate <= most:
        raise InputError(
            f"a {metric} error rate of {error_rate:g} is outside what the formula for {found.name} is good for, "
            f"{LOWEST_FORMULA:g} to {most:g}"
        )
    target = math.log(error_rate)
    eb_n0_db = brentq(lambda db: math.log(max(float(function(db)), 1e-300)) - target, -10.0, 30.0, xtol=1e-9)
    return Requirement(float(eb_n0_db), said, "computed")


def _other(metric: Metric) -> str:
    return "frames" if metric == "frame" else "bits"


def _closed_form(
    found: Code, name: str
) -> tuple[Metric, float, Callable[[float], closed_forms.FloatArray], str]:
    """Metric, highest error rate, function of Eb/N0, and its source."""
    if found.family == "uncoded":
        if name == "8PSK":
            return "bit", 1e-2, closed_forms.psk8_bit_error_rate, "2/3 Q(sqrt(6 Eb/N0) sin(pi/8))"
        return "bit", 0.3, closed_forms.binary_error_rate, "Q(sqrt(2 Eb/N0))"
    if found.family == "convolutional":
        rate = found.name.removeprefix("ccsds-conv-")
        bound = partial(closed_forms.convolutional_bit_error_rate, rate=rate)
        return (
            "bit",
            closed_forms.LOOSE_ABOVE,
            bound,
            "union bound, soft Viterbi decoding without quantisation",
        )
    if found.family == "reed-solomon":
        words = partial(closed_forms.reed_solomon_word_error_rate, information=found.information_bits // 8)
        return "frame", 0.5, words, "binomial tail of wrong octets, hard decisions"
    corrected = 1 if found.name.endswith("sec") else 0
    words = partial(closed_forms.bch_word_error_rate, corrected=corrected)
    return "frame", 0.5, words, "binomial tail of wrong bits, hard decisions"


def _from_curve(found: Code, error_rate: float, metric: Metric) -> Requirement:
    known = curves().get((found.name, metric), ())
    for curve in known:
        if curve.covers(error_rate):
            return Requirement(curve.required_eb_n0_db(error_rate), curve.source, curve.mark)
    if not known:
        raise InputError(f"no {metric} error rates of {found.name} are known; give eb_n0")
    least, most = min(c.error_rate[-1] for c in known), max(c.error_rate[0] for c in known)
    raise InputError(
        f"a {metric} error rate of {error_rate:g} is outside what is known of {found.name}, "
        f"{least:.1g} to {most:.1g}; take one within, or give eb_n0"
    )


def _moved(found: Code, error_rate: float, metric: Metric) -> Requirement:
    """The curve of the same code at another length, moved by what the best codes of the two lengths differ."""
    base = code(found.base)
    if metric != "frame":
        raise InputError(f"of {found.name} the frame error rate is estimated, not that of bits; give eb_n0")
    if any(curve.covers(error_rate) for curve in curves().get((found.name, metric), ())):
        return _from_curve(found, error_rate, metric)
    need = _from_curve(base, error_rate, metric)
    shift = block_limit_eb_n0_db(found.information_bits, found.symbols, error_rate)
    shift -= block_limit_eb_n0_db(base.information_bits, base.symbols, error_rate)
    said = (
        f"{base.name}, moved by {shift:.2f} dB as the normal approximation moves with length ({need.source})"
    )
    return Requirement(need.eb_n0_db + shift, said, "estimated")
