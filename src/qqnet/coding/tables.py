"""Channel codes and modulations as data: block lengths, rates, bandwidths, and where each is known from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, TypeVar

from qqnet.errors import InputError

Mark = Literal["secondary", "unverified", "computed", "simulated", "estimated"]
_Entry = TypeVar("_Entry")
Error = Literal["formula", "curve", "moved", "threshold", "unknown"]

DVB_S2_BLOCK: Final = 64_800
"""Symbols of a normal frame of DVB-S2 [bit]."""

DVB_S2_SLOT: Final = 90
"""Symbols of a slot, and of the header of a frame."""

DVB_S2_HEADER: Final = 80
"""Bits of the baseband header, which carry nothing of the user's."""


@dataclass(frozen=True)
class Modulation:
    """A modulation of a carrier.

    Attributes
    ----------
    name : str
        As CCSDS 401 and DVB-S2 call it.
    bits : int
        Binary symbols that one symbol of the carrier holds.
    binary : bool
        Whether each of them sees the channel of BPSK, so that curves made for BPSK hold.
    occupied : float or None
        Occupied bandwidth over the symbol rate [1]; None where a root-raised-cosine filter sets it.
    standard : str
        Where it is defined.
    """

    name: str
    bits: int
    binary: bool
    occupied: float | None
    standard: str

    def occupied_bandwidth_hz(self, symbol_rate_hz: float, roll_off: float) -> float:
        """Bandwidth [Hz] of so many symbols a second [Hz]: (1 + roll-off) times, or the modulation's own factor.

        Examples
        --------
        >>> print(f"{modulation('QPSK').occupied_bandwidth_hz(10e6, 0.35):.4g}")
        1.35e+07
        """
        return symbol_rate_hz * (1.0 + roll_off if self.occupied is None else self.occupied)


@dataclass(frozen=True)
class Code:
    """A channel code.

    Attributes
    ----------
    name : str
        As in a scenario: ``ccsds-turbo-1/2-8920``.
    family : str
        ``uncoded``, ``convolutional``, ``reed-solomon``, ``concatenated``, ``turbo``, ``ldpc``, ``telecommand``
        or ``dvb-s2``.
    title : str
        For people.
    information_bits, symbols : int
        Block: k information bits in n binary symbols. Synchronisation markers are not counted.
    error : str
        Where its required Eb/N0 comes from: ``formula``, ``curve``, ``moved`` (the curve of `base`),
        ``threshold`` or ``unknown``.
    source : str
        Where it is defined.
    mark : str
        How that is known.
    base : str
        Code of which the curve is moved.
    modulation : str
        The only modulation it goes with; empty for any.
    threshold : tuple of float or None
        Es/N0 [dB] and packet error rate there.
    """

    name: str
    family: str
    title: str
    information_bits: int
    symbols: int
    error: Error
    source: str
    mark: Mark
    base: str = ""
    modulation: str = ""
    threshold: tuple[float, float] | None = None

    @property
    def rate(self) -> float:
        """Information bits a binary symbol [1]."""
        return self.information_bits / self.symbols


def read_table(name: str) -> Any:
    """Return a YAML file of the folder ``tables``."""
    import yaml

    text = (resources.files("qqnet.coding") / "tables" / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def codes() -> dict[str, Code]:
    """Return every code by name, in the order of the table."""
    raw = read_table("codes.yaml")
    sources = raw["sources"]
    found: dict[str, Code] = {}
    for family in raw["families"]:
        source = sources[family["source"]]
        for name, (k, n) in family["codes"].items():
            base = name.rsplit("-", 1)[0] + "-" + family["base"] if "base" in family else ""
            title = family.get("title", "Uncoded")
            found[name] = Code(
                name,
                family["family"],
                title,
                k,
                n,
                family["error"],
                source["text"],
                source["mark"],
                base,
            )
    return found | _dvb_s2(raw["dvb-s2"], sources, modulations())


def _dvb_s2(raw: dict[str, Any], sources: dict[str, Any], known: dict[str, Modulation]) -> dict[str, Code]:
    source = sources[raw["source"]]
    found = {}
    for name, modulation in known.items():
        for rate, (information, es_n0_db) in raw.get(name, {}).items():
            frame = DVB_S2_BLOCK // modulation.bits + DVB_S2_SLOT
            found[f"dvb-s2-{name.lower()}-{rate}"] = Code(
                name=f"dvb-s2-{name.lower()}-{rate}",
                family="dvb-s2",
                title=f"DVB-S2 {name} {rate}, normal frames, no pilots",
                information_bits=information - DVB_S2_HEADER,
                symbols=frame * modulation.bits,
                error="threshold",
                source=source["text"],
                mark=source["mark"],
                modulation=name,
                threshold=(es_n0_db, raw["error_rate"]),
            )
    return found


@cache
def modulations() -> dict[str, Modulation]:
    """Return every modulation by name."""
    return {
        name: Modulation(name, entry["bits"], entry["binary"], entry.get("occupied"), entry["standard"])
        for name, entry in read_table("codes.yaml")["modulations"].items()
    }


def code(name: str) -> Code:
    """Return a code by its name.

    Parameters
    ----------
    name : str
        As in a scenario.

    Returns
    -------
    Code
        Its block, and where its error rates come from.

    Raises
    ------
    InputError
        There is none of that name.

    Examples
    --------
    >>> found = code("ccsds-turbo-1/2-8920")
    >>> found.information_bits, found.symbols, round(found.rate, 4)
    (8920, 17848, 0.4998)
    """
    return _known("code", name, codes())


def modulation(name: str) -> Modulation:
    """Return a modulation by its name; InputError where there is none."""
    return _known("modulation", name, modulations())


def _known(kind: str, name: str, table: dict[str, _Entry]) -> _Entry:
    if name not in table:
        import difflib

        near = difflib.get_close_matches(name, table, n=2, cutoff=0.6)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"known are: {', '.join(table)}"
        raise InputError(f"unknown {kind} {name!r}; {hint}")
    return table[name]
