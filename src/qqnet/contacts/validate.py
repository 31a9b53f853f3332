"""A contact plan held against every rule.

What no plan may have (reversed or empty contacts, missing light times, overlaps within a link) is refused by
`qqnet.contacts.checks` when the plan is read. What is allowed and still worth a look is found here.
"""

from __future__ import annotations

from qqnet.contacts.contact_rules import CONTACT_RULES
from qqnet.contacts.findings import Look, PlanFinding
from qqnet.contacts.network_rules import NETWORK_RULES
from qqnet.contacts.plan import ContactPlan


def validate(plan: ContactPlan) -> list[PlanFinding]:
    """Hold a plan against every rule.

    Parameters
    ----------
    plan : ContactPlan
        Any plan.

    Returns
    -------
    list of PlanFinding
        Warnings first; at most one of each rule.

    Examples
    --------
    >>> import pandas as pd
    >>> from qqnet.contacts.timebase import TimeBase
    >>> rows = pd.DataFrame({"from": ["a"], "to": ["b"], "start_s": [0.0], "end_s": [8.0], "rate_bps": [1e6],
    ...                      "owlt_s": [754000.0]})
    >>> [one.rule for one in validate(ContactPlan(rows, {"a": 1, "b": 2}, TimeBase("relative")))]
    ['light-time-long', 'shorter-than-light-time', 'no-dates', 'one-way', 'never-reached', 'never-sends']
    """
    look = Look(plan)
    found = [finding for rule in (*CONTACT_RULES, *NETWORK_RULES) for finding in rule(look)]
    return sorted(found, key=lambda finding: finding.level == "note")
