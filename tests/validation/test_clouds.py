"""How nights divide into clear and broken ones, against all-sky cameras at Muztagh-ata.

Reference: Xu et al. 2023, arXiv 2305.03067 (abstract) and the press report of it by the Chinese Academy of
Sciences: 2017 to 2021 the sky was clear 65 % of the night; in 66 % of nights for more than half of it, in 51 % for
more than three quarters. Gu et al. 2024, RAA 24(3) (abstract): some 122 nights of a year absolutely clear, 33 %.

The correlation time of 6 h is chosen so that the second and third number come out: one parameter for two numbers.
The fourth is not used. Lengths of nights are not in the abstracts; 10 to 12 h stand for them (with 8 h the third
number would be 54 %). The tolerance is that of reading a distribution through a camera's threshold.
"""

import numpy as np
import pytest

from qqnet.weather.climate import Climate
from qqnet.weather.field import CloudField, scale_s
from qqnet.weather.skies import Skies

DAY = 86400.0
CLEAR, CORRELATION_S = 0.65, 6 * 3600.0
PUBLISHED = {0.5: 0.66, 0.75: 0.51}
"""Share of the night that is clear -> share of nights with more than that."""
ABSOLUTELY_CLEAR = 122 / 365
TOLERANCE = 0.03


def nights(years: int, night_h: float = 10.0) -> np.ndarray:
    """Clear share of each night of some years."""
    zero = np.zeros(1)
    climate = Climate(np.full((1, 12), CLEAR), zero, zero, zero)
    field = CloudField.build(("muztagh-ata",), scale_s([CLEAR], [CORRELATION_S]), np.zeros((1, 1)), 1.0)
    (cloudy,) = Skies(field, climate, seed=1).cloudy(0.0, years * 365 * DAY)
    edges = np.concatenate([[0.0], cloudy.ravel()])
    grown = np.concatenate([[0.0], np.cumsum(np.diff(edges) * (np.arange(len(edges) - 1) % 2))])
    start = np.arange(years * 365) * DAY
    length = night_h * 3600.0
    dark = np.interp(start + length, edges, grown) - np.interp(start, edges, grown)
    return 1.0 - dark / length


@pytest.mark.parametrize("night_h", [10.0, 12.0])
def test_nights_divide_as_published(night_h):
    shares = nights(20, night_h)
    assert shares.mean() == pytest.approx(CLEAR, abs=0.015)
    for least, published in PUBLISHED.items():
        assert (shares > least).mean() == pytest.approx(published, abs=TOLERANCE)


def test_absolutely_clear_nights_are_about_as_many():
    """Theirs are judged by a function of time and continuity, ours have no cloud at all for 10 h."""
    assert (nights(20) > 0.999).mean() == pytest.approx(ABSOLUTELY_CLEAR, abs=0.06)
