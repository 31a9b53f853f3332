import pytest

from qqnet.dynamics.model import ForceModel, Harmonics, Radiation
from qqnet.errors import InputError
from qqnet.orbits.long_term import joined


def test_a_joint_model_leaves_out_nothing():
    low = ForceModel("Moon", ("Earth", "Sun"), (Harmonics("Moon", 30),))
    high = ForceModel("Moon", ("Earth", "Sun", "Jupiter"), (Harmonics("Moon", 6),))
    assert joined({"a": high, "b": low}) == ForceModel(
        "Moon", ("Earth", "Sun", "Jupiter"), (Harmonics("Moon", 30),)
    )


def test_sunlight_must_be_the_same():
    dark = ForceModel("Moon", ("Earth", "Sun"))
    lit = ForceModel("Moon", ("Earth", "Sun"), radiation=Radiation(0.02))
    with pytest.raises(InputError, match="nodes 'a' and 'b' move under different forces"):
        joined({"a": dark, "b": lit})
