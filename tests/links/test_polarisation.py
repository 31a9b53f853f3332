"""Polarisation: symmetric losses, hands that do not mix, what no link is made of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qqnet.errors import InputError
from qqnet.links.antennas import Antenna
from qqnet.links.ends import Mode, RfReceive, RfTransmit
from qqnet.links.link import Link
from qqnet.links.path import Path
from qqnet.links.polarisation import (
    Polarisation,
    PolarisationMismatch,
    mismatch_db,
    polarisation_loss_db,
    why_not,
)

ellipticities = st.floats(-math.pi / 4, math.pi / 4)
RIGHT, LEFT = Polarisation("RHCP"), Polarisation("LHCP")


@given(ellipticities, ellipticities, st.floats(0.0, math.pi))
def test_loss_is_symmetric_and_never_a_gain(a: float, b: float, turn: float) -> None:
    loss = polarisation_loss_db(a, b, turn)
    assert loss >= 0.0
    assert loss == pytest.approx(polarisation_loss_db(b, a, turn), rel=1e-9)


@given(ellipticities, st.floats(0.0, math.pi))
def test_what_one_antenna_loses_the_orthogonal_one_gets(a: float, turn: float) -> None:
    other = 0.2
    caught = 10.0 ** (-polarisation_loss_db(a, other, turn) / 10.0)
    rest = 10.0 ** (-polarisation_loss_db(a, -other, turn + math.pi / 2) / 10.0)
    assert caught + rest == pytest.approx(1.0, abs=1e-12)


def test_cases_that_everybody_knows() -> None:
    assert mismatch_db(RIGHT, RIGHT) == 0.0
    assert mismatch_db(RIGHT, Polarisation("linear")) == pytest.approx(3.0103, abs=1e-4)
    turned = mismatch_db(Polarisation("linear", tilt_rad=0.0), Polarisation("linear", tilt_rad=math.pi / 3))
    assert turned == pytest.approx(6.0206, abs=1e-4)
    assert math.isinf(mismatch_db(RIGHT, LEFT))


def test_worst_mean_and_best_are_in_that_order() -> None:
    one, other = Polarisation("RHCP", 2.0), Polarisation("RHCP", 3.0)
    worst, mean, best = (mismatch_db(one, other, which) for which in ("worst", "mean", "best"))
    assert worst > mean > best > 0.0
    isolation = mismatch_db(one, Polarisation("LHCP", 3.0), "best")
    assert 10.0 < isolation < 40.0


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        (RIGHT, Polarisation("LHCP", 6.0), "one end is RHCP and the other LHCP"),
        (Polarisation("linear"), Polarisation("linear"), "the angle between them is not known; give a tilt"),
        (
            Polarisation("linear", tilt_rad=0.0),
            Polarisation("linear", tilt_rad=math.pi / 2 - 0.01),
            "stand 89.427 deg apart and lose 40.0 dB",
        ),
    ],
)  # fmt: skip
def test_pairs_that_make_no_link(one: Polarisation, other: Polarisation, message: str) -> None:
    assert message in why_not(one, other)
    transmit = RfTransmit(8e9, 1.0, Antenna(gain_dbi=3.0, polarisation=one), (Mode("x", 1e3, 1.0),))
    receive = RfReceive(Antenna(gain_dbi=3.0, polarisation=other), 100.0, 7e9, 9e9)
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        Link(transmit, receive)


def test_nothing_is_lost_where_an_end_does_not_say() -> None:
    assert why_not(None, LEFT) == ""
    assert why_not(RIGHT, None) == ""


def test_the_effect_is_constant_along_a_path() -> None:
    effect = PolarisationMismatch(Polarisation("RHCP", 3.0), Polarisation("linear"))
    loss = effect.loss_db(Path.straight([1e3, 1e6]))
    np.testing.assert_allclose(loss, 10.0 * math.log10(1.0 + 10.0**0.3), rtol=1e-9)
    assert effect.source(Path.straight(1e3)).startswith("RHCP of 3 dB axial ratio to linear, worst turn")
    assert Link(
        RfTransmit(8e9, 1.0, Antenna(gain_dbi=3.0), (Mode("x", 1e3, 1.0),)),
        RfReceive(Antenna(gain_dbi=3.0), 100.0, 7e9, 9e9),
        (effect,),
    ).falls_with_distance
