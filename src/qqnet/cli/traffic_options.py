"""What the options of the command about traffic say, read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from qqnet.errors import InputError

if TYPE_CHECKING:
    from qqnet.contacts.plan import ContactPlan
    from qqnet.scenario.model import Scenario
    from qqnet.traffic.conditions import Conditions
    from qqnet.traffic.flows import Flow

SPACE_KINDS: Final = ("rf", "optical")
KINDS: Final = (*SPACE_KINDS, "terrestrial")


@dataclass(frozen=True)
class Changes:
    """What the options change of the scenario's own conditions."""

    fail: list[str]
    without: list[str]
    loss: list[str]
    resend: bool | None
    knows: str | None
    seed: int | None
    until: str | None

    @property
    def any(self) -> bool:
        """Whether there is any."""
        given = (self.fail, self.without, self.loss)
        return any(given) or any(one is not None for one in (self.resend, self.knows, self.seed, self.until))

    def conditions(self, scenario: Scenario, plan: ContactPlan, origin_s: float) -> Conditions:
        """The scenario's conditions with these changes."""
        from qqnet.study.failures import failures
        from qqnet.study.flows import conditions_of

        own = conditions_of(scenario, origin_s, plan, self.seed)
        asked = [one for text in self.fail for one in failures(text, scenario, plan, origin_s)]
        change: dict[str, Any] = {
            "outages": (*own.outages, *asked),
            "loss": {**own.loss, **shares(self.loss, "--loss")},
        }
        if self.resend is not None:
            change["resend"] = self.resend
        if self.knows is not None:
            change["knows"] = self.knows
        return replace(own, **change)


def message_of(text: str | None, flows: list[Flow], start_s: float, stop_s: float) -> tuple[Flow, int] | None:
    """Read ``FLOW:N``: the flow, and the number of its message; None stays None."""
    from qqnet.scenario.suggest import unknown

    if text is None:
        return None
    name, colon, number = text.rpartition(":")
    if not colon or not number.isdecimal():
        raise InputError(
            f"--bundle: {text!r} is not FLOW:N, such as {flows[0].name if flows else 'science'}:0"
        )
    known = {flow.name: flow for flow in flows}
    if name not in known:
        raise InputError(f"--bundle: {unknown('flow', name, known)}")
    made = known[name].messages(start_s, stop_s).number
    if int(number) >= made:
        raise InputError(
            f"--bundle: {name} makes {made} messages in this span, 0 to {made - 1}; not {number}"
        )
    return known[name], int(number)


def shares(given: list[str] | None, option: str) -> dict[str, float]:
    """Read shares by kind of contact; without a kind they hold for all links in space."""
    from pydantic_core import PydanticCustomError

    from qqnet.scenario.share import ShareOf

    found: dict[str, float] = {}
    for text in given or []:
        kind, sign, share = text.rpartition("=")
        kinds = (kind.strip(),) if sign else SPACE_KINDS
        if kinds[0] not in KINDS:
            raise InputError(f"{option}: unknown kind {kinds[0]!r} of link; there are {', '.join(KINDS)}")
        try:
            read = ShareOf(at_most=0.99).read(share if "%" in share else float(share))
        except (ValueError, PydanticCustomError) as error:
            reason = error.message() if isinstance(error, PydanticCustomError) else "is no share"
            raise InputError(f"{option}: {text!r} {reason}; right is '1 %', 0.01, or 'rf=1 %'") from None
        found |= dict.fromkeys(kinds, read)
    return found
