import numpy as np
import pytest

from qqnet.contacts.timebase import TimeBase
from qqnet.report.plan_axis import PlanAxis
from qqnet.report.style import drawing, new_figure
from qqnet.space.timescales import tdb_from_utc

START = tdb_from_utc("2040-06-01T00:00:00Z")
DAY = 86400.0


@pytest.mark.parametrize(
    ("base", "start"), [(TimeBase(), START), (TimeBase("relative", "2040-06-01T00:00:00Z"), 0.0)]
)
def test_plans_with_dates_stand_on_an_axis_of_days_of_utc(base, start):
    axis = PlanAxis((start, start + 2 * DAY), base)
    expected = (np.datetime64("2040-06-01") - np.datetime64("1970-01-01")).astype(float)
    np.testing.assert_allclose(
        axis.positions([start, start + 0.5 * DAY]), [expected, expected + 0.5], atol=1e-9, rtol=0
    )


@pytest.mark.parametrize(
    ("length", "unit", "scale"),
    [(10 * DAY, "d", DAY), (7200.0, "min", 60.0), (12.0, "s", 1.0), (0.5, "ms", 1e-3)],
)
def test_plans_without_dates_count_in_a_unit_that_suits_the_span(length, unit, scale):
    axis = PlanAxis((100.0, 100.0 + length), TimeBase("relative"))
    assert axis.unit == (unit, scale)
    np.testing.assert_allclose(
        axis.positions([100.0, 100.0 + length]), [100.0 / scale, (100.0 + length) / scale]
    )


def labelled(axis):
    with drawing():
        axes = new_figure(4.0, 2.0).subplots()
        axis.dress(axes)
    return axes


def test_time_since_a_moment_names_the_moment_and_the_unit():
    axes = labelled(PlanAxis((START, START + 3600.0), TimeBase(), since_s=START))
    assert axes.get_xlabel() == "time after 2040-06-01 00:00:00 UTC [min]"
    assert axes.get_xlim() == pytest.approx((0.0, 60.0))
    axes = labelled(PlanAxis((5.0, 65.0), TimeBase("relative"), since_s=5.0))
    assert axes.get_xlabel() == "time after 5 s of the plan [s]"
    assert labelled(PlanAxis((5.0, 65.0), TimeBase("relative"))).get_xlabel() == "time of the plan [s]"
