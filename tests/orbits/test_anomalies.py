import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.orbits.anomalies import eccentric_from_mean, mean_from_true, true_from_mean

eccentricities = st.floats(0.0, 0.99)
angles = st.floats(-20.0, 20.0)


@given(mean=angles, e=st.floats(0.0, 0.9999))
def test_keplers_equation_holds(mean, e):
    anomaly = float(eccentric_from_mean(mean, e))
    assert anomaly - e * np.sin(anomaly) == pytest.approx(mean, abs=1e-14 * max(1.0, abs(mean)))


def test_keplers_equation_near_the_parabola_at_small_anomalies():
    mean = np.concatenate([np.logspace(-12, 0, 200), [0.0, np.pi, 2 * np.pi]])
    for e in (0.99, 0.999999):
        anomaly = eccentric_from_mean(mean, e)
        # Relative in M, where E - e sin E itself loses digits: rounding of E times the slope, and of the sum.
        slack = 4e-16 * (1 - e * np.cos(anomaly)) * anomaly + 4e-16 * anomaly
        assert np.all(np.abs(anomaly - e * np.sin(anomaly) - mean) <= slack + 1e-25)


@given(mean=angles, e=eccentricities)
def test_anomalies_round_trip_in_the_same_turn(mean, e):
    assert float(mean_from_true(true_from_mean(mean, e), e)) == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("function", [eccentric_from_mean, true_from_mean, mean_from_true])
@pytest.mark.parametrize("e", [1.0, 1.2, -0.1, np.nan])
def test_open_orbits_are_refused(function, e):
    with pytest.raises(InputError, match=f"eccentricity {e:g}; a closed orbit needs 0 <= e < 1"):
        function([1.0, 2.0], [0.1, e])
