"""What a bundle asks of the network: where, when, how much, and what it will not put up with."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qqnet.errors import InputError
from qqnet.routing.bookings import CLASSES
from qqnet.routing.graph import CompiledPlan
from qqnet.routing.transmission import Query
from qqnet.space.constants import SPEED_OF_LIGHT_KM_S

BULK, NORMAL, EXPEDITED = range(CLASSES)

ION_SPEED_KM_S: Final = 150_000.0 * 1.609344 / 3600.0
"""Greatest speed of a node that ION's guide reckons with: 150,000 miles an hour. [km/s]"""

ION_MARGIN_SHARE: Final = 2.0 * ION_SPEED_KM_S / SPEED_OF_LIGHT_KM_S
"""Share of the light time by which it may grow under way, both ends moving apart: 4.47e-4."""


@dataclass(frozen=True)
class Overhead:
    """What is sent along with a bundle.

    Attributes
    ----------
    header_bytes : float
        Primary and extension blocks of the bundle. [byte]
    share : float
        Convergence layers, as a share of the bundle with its header.
    least_bytes : float
        Convergence layers, at least. [byte]

    Examples
    --------
    >>> SABR_OVERHEAD.total_bytes(1000.0), SABR_OVERHEAD.total_bytes(1e6)
    (1100.0, 1030000.0)
    """

    header_bytes: float = 0.0
    share: float = 0.0
    least_bytes: float = 0.0

    def __post_init__(self) -> None:
        if not all(0.0 <= value < math.inf for value in (self.header_bytes, self.share, self.least_bytes)):
            raise InputError(f"overhead: {self} must be finite and not negative")

    def total_bytes(self, payload_bytes: float) -> float:
        """Estimated volume consumption of a bundle.

        Parameters
        ----------
        payload_bytes : float
            Payload. [byte]

        Returns
        -------
        float
            Payload, header and convergence layers. [byte]
        """
        bundle = payload_bytes + self.header_bytes
        return bundle + max(self.share * bundle, self.least_bytes)


NO_OVERHEAD: Final = Overhead()
SABR_OVERHEAD: Final = Overhead(share=0.03, least_bytes=100.0)
"""The standard's estimate: 3 % of the bundle, at least 100 bytes (734.3-B-1, 2.4.3)."""


@dataclass(frozen=True, eq=False)
class RouteRequest:
    """A bundle that wants a route.

    Attributes
    ----------
    source, destination : str
        Names or ``ipn`` numbers.
    at_s : float
        When the bundle is at the source. [s of the plan's time base]
    size_bytes : float
        Bundle size; 0 asks for the times of a bundle too small to matter. [byte]
    deadline_s : float
        Latest arrival that counts. [s of the plan's time base]
    exclude : collection of str
        Nodes that may not be entered.
    priority : int
        Class, 0 bulk, 1 normal, 2 expedited: which bookings stand in its way.
    strict : bool
        Refuse a transmission at the very end of its contact; the standard admits it (734.3-B-1, 3.2.4.1.1),
        ION and HDTN's ``dijkstra`` refuse it. It changes answers for size 0 only.
    margin_s, margin_share : float
        Added to every light time, in seconds and as a share of it (734.3-B-1, 2.4.2 leaves the value to the
        mission; `ION_MARGIN_SHARE` is ION's). A bundle is taken to be in the next node only then.
    overhead : Overhead
        What is sent along; `SABR_OVERHEAD` is the standard's estimate.
    least_confidence : float
        Contacts less sure than this are not used.
    exclude_contacts : collection of int
        Rows of the plan that may not be used.
    exclude_links : collection of str
        Links that may not be used.
    """

    source: str
    destination: str
    at_s: float
    size_bytes: float = 0.0
    deadline_s: float = math.inf
    exclude: Collection[str] = ()
    priority: int = NORMAL
    strict: bool = False
    margin_s: float = 0.0
    margin_share: float = 0.0
    overhead: Overhead = NO_OVERHEAD
    least_confidence: float = 0.0
    exclude_contacts: Collection[int] = ()
    exclude_links: Collection[str] = ()

    @property
    def sent_bytes(self) -> float:
        """Bytes that each transmission takes: the bundle and its overhead. [byte]."""
        return self.overhead.total_bytes(self.size_bytes)

    def compiled(self, compiled: CompiledPlan) -> Query:
        """Arrange the request for the search.

        Parameters
        ----------
        compiled : CompiledPlan
            Where to search.

        Returns
        -------
        Query
            With indices and relative times.

        Raises
        ------
        InputError
            For unknown nodes, links or contacts, a negative size or margin, a class that there is not, or a
            destination that is the source.
        """
        source, target = compiled.index(self.source), compiled.index(self.destination)
        if source == target:
            raise InputError(f"route: '{self.source}' is source and destination; a bundle is there already")
        if not (math.isfinite(self.at_s) and self.size_bytes >= 0.0 and math.isfinite(self.size_bytes)):
            raise InputError(
                f"route: time {self.at_s} s and size {self.size_bytes} byte must be finite, the size not negative"
            )
        if self.priority not in range(CLASSES):
            raise InputError(f"route: priority {self.priority} is not 0 (bulk), 1 (normal) or 2 (expedited)")
        if not (0.0 <= self.margin_s < math.inf and 0.0 <= self.margin_share < math.inf):
            raise InputError(
                f"route: margins {self.margin_s} s and {self.margin_share} of the light time must be finite and "
                "not negative"
            )
        if math.isnan(self.deadline_s):
            raise InputError("route: the deadline is no number")
        return Query(
            source,
            target,
            float(self.at_s - compiled.origin_s),
            8.0 * self.sent_bytes,
            self.priority,
            float(self.deadline_s - compiled.origin_s),
            self.strict,
            float(self.margin_s),
            float(self.margin_share),
            compiled.mask(self.exclude),
            self._shut(compiled),
            nothing_ahead(len(compiled.names)),
        )

    def _shut(self, compiled: CompiledPlan) -> NDArray[np.bool_]:
        """Contacts that may not be used."""
        if not (self.least_confidence > 0.0 or self.exclude_contacts or self.exclude_links):
            return compiled.none_shut
        if not 0.0 <= self.least_confidence <= 1.0:
            raise InputError(f"route: least confidence {self.least_confidence} is not between 0 and 1")
        shut = compiled.confidence < self.least_confidence
        rows = np.fromiter(self.exclude_contacts, dtype=np.int64)
        wrong = rows[(rows < 0) | (rows >= shut.size)]
        if wrong.size:
            raise InputError(f"route: contact {wrong[0]} is not a row of this plan, which has {shut.size}")
        shut[compiled.contact_of_row[rows]] = True
        for link in self.exclude_links:
            of_link = compiled.on_link(link)
            if not of_link.any():
                raise InputError(f"route: link '{link}' is not in this plan")
            shut |= of_link
        return shut


@lru_cache(maxsize=8)
def nothing_ahead(nodes: int) -> NDArray[np.float64]:
    """Zeros for `Query.ahead`, where nothing is known of what remains; to be read only."""
    return np.zeros(nodes)
