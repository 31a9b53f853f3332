"""Use of beams over time, as the heat map of the report shows it."""

import numpy as np
import pandas as pd
import pytest

from qqnet.report.pointing_section import use_over_time


def test_shares_are_means_over_time_and_members():
    use = pd.DataFrame(
        {"entry": ["sat", "sat", "base"], "node": ["sat-01", "sat-02", "base"], "terminal": ["s", "s", "u"]}
    ).assign(beams=[2, 2, 1])
    table = pd.DataFrame(
        {
            "a": ["sat-01", "sat-02", "base"],
            "a_terminal": ["s", "s", "u"],
            "b": ["base", "base", "sat-02"],
            "b_terminal": ["u", "u", "s"],
            "start_s": [0.0, 50.0, 50.0],
            "end_s": [50.0, 75.0, 100.0],
            "granted": [True, True, False],
        }
    )
    labels, shares = use_over_time(table, use, (0.0, 100.0), bins=4)
    assert labels == ["sat s", "base u"]
    np.testing.assert_allclose(shares, [[0.25, 0.25, 0.25, 0.0], [1.0, 1.0, 1.0, 0.0]])
    assert shares.mean() == pytest.approx(0.46875)
