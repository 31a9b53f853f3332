"""How two terminals and the places where they stand become a link: each subject of link physics adds its part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, cast

from qqnet.links import atmosphere, conjunction, doppler, ranging, troposphere
from qqnet.links.antenna_of import polarisation_mismatch
from qqnet.links.bodies_in_beam import bodies_in_beam
from qqnet.links.effects import Effect, NoiseSource
from qqnet.links.link import Link
from qqnet.links.optical_ends import heard_by
from qqnet.links.optical_terminals import laser_parts
from qqnet.links.place import Ends
from qqnet.links.terminals import receive_end, transmit_end

Contribution = Effect | NoiseSource


CONTRIBUTORS: Final[tuple[Callable[[Ends], Iterable[Contribution]], ...]] = (
    ranging.ranging_shares,
    polarisation_mismatch,
    atmosphere.zenith_losses,
    troposphere.tropospheres,
    doppler.doppler_limits,
    conjunction.corona,
    bodies_in_beam,
    laser_parts,
)
"""Each says which effects and noise sources of its subject a link has, in the order of a budget."""


def make_link(ends: Ends) -> Link:
    """Make a link of two terminals and of where they are.

    Parameters
    ----------
    ends : Ends
        The terminals and their places.

    Returns
    -------
    Link
        With all effects and noise sources that apply.

    Raises
    ------
    InputError
        The terminals do not fit each other, or a model is asked outside of its domain.
    """
    parts = [part for contribute in CONTRIBUTORS for part in contribute(ends)]
    effects = tuple(cast(Effect, part) for part in parts if hasattr(part, "loss_db"))
    noises = tuple(cast(NoiseSource, part) for part in parts if hasattr(part, "amount"))
    sender, receiver = heard_by(transmit_end(ends.transmit), receive_end(ends.receive))
    return Link(sender, receiver, effects, noises)
