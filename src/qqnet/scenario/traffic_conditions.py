"""Under what conditions traffic runs: losses on links, who sends again, what fails, who knows."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qqnet import units
from qqnet.scenario.part import Described, Part, broken
from qqnet.scenario.quantities import Duration, Name, PositiveDuration, Quantity
from qqnet.scenario.share import Share, ShareOf

LossShare = Annotated[float, ShareOf(at_most=0.99)]
Header = Annotated[float, Quantity(units.DATA_SIZE, at_least=0.0, bounds="zero or more")]


class LinkLoss(Part):
    """Chance that a transmission is lost on its way, by kind of link."""

    rf: LossShare = Field(0.0, description="on radio links; 1 % where every hundredth transmission is lost")
    optical: LossShare = Field(0.0, description="on laser links")
    terrestrial: LossShare = Field(0.0, description="on the ground")


class Failure(Described):
    """Something that fails and that the contact plan does not know of: once, or again and again at random."""

    node: Name | None = Field(None, description="a single node that neither sends nor receives")
    link: list[Name] | None = Field(None, description="two nodes between which nothing is sent, either way")
    nodes: list[Name] = Field(
        [], description="nodes, constellations or networks, of which each node fails at random by itself"
    )
    start: Duration | None = Field(
        None, alias="from", description="after the scenario's start; from its start where not given"
    )
    stop: Duration | None = Field(
        None, alias="to", description="after the scenario's start; for good where not given"
    )
    mean_time_between: PositiveDuration | None = Field(
        None, description="of `nodes`: mean time from the end of a failure to the next, exponential"
    )
    repair: PositiveDuration | None = Field(
        None, description="of `nodes`: mean time that a failure lasts, exponential"
    )
    keeps_storage: bool = Field(False, description="whether what a node stores is there again afterwards")

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.node is not None) + (self.link is not None) + bool(self.nodes) != 1:
            raise broken("needs one of `node`, `link: [A, B]`, or `nodes` that fail at random")
        if self.link is not None and (len(self.link) != 2 or self.link[0] == self.link[1]):
            raise broken("must name two different nodes, such as [relay, ground]", "link")
        if self.link is not None and self.keeps_storage:
            raise broken("means nothing for a link, which stores nothing; leave it out", "keeps_storage")
        return self

    @model_validator(mode="after")
    def _times_of_its_kind(self) -> Self:
        if self.nodes:
            for key in ("mean_time_between", "repair"):
                if getattr(self, key) is None:
                    raise broken("is missing; nodes that fail at random need both times, such as '60 d'", key)
            for key, value in (("from", self.start), ("to", self.stop)):
                if value is not None:
                    raise broken("is of a failure of one `node` or `link`, not of failures at random", key)
            return self
        for key in ("mean_time_between", "repair"):
            if getattr(self, key) is not None:
                raise broken("is of failures at random, which need `nodes`", key)
        if self.stop is not None and self.stop <= (self.start or 0.0):
            raise broken(f"is not after `from`, {self.start or 0.0:g} s", "to")
        return self


class Traffic(Described):
    """What the flows have to live with. No source is behind the defaults: they are assumptions."""

    loss: LinkLoss = Field(LinkLoss(), description="chance that a transmission is lost")
    resend: bool = Field(
        True, description="a node keeps each bundle until the next has confirmed it, and else sends again"
    )
    timeout: Duration = Field(
        10.0, description="how long a sender waits for that beyond light time there and back"
    )
    detection: Duration = Field(
        600.0, description="how long until the whole network knows of a failure, or of its end"
    )
    header: Header = Field(0.0, description="sent along with each bundle")
    overhead: Share = Field(0.0, description="sent on top of bundle and header, for the layers below")
    knows: Literal["network", "node"] = Field(
        "network",
        description="network: all bookings are known everywhere, as to one planner; node: a node knows its own",
    )
    contacts_may_fail: bool = Field(
        False, description="a contact of a confidence below 1 may not take place, as is drawn"
    )
    failures: list[Failure] = Field([], description="what fails, and nobody knows in advance")

    @property
    def draws(self) -> bool:
        """Whether any random number is drawn."""
        loss = self.loss.rf + self.loss.optical + self.loss.terrestrial
        return loss > 0.0 or self.contacts_may_fail or any(one.nodes for one in self.failures)
