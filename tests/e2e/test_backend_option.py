"""--backend as a user types it."""

import pytest

SPAN = ("--duration", "3 h", "--step", "15 min")


@pytest.mark.parametrize("command", ["coverage", "navigation"])
def test_jax_gives_the_same_answer(qqnet, command):
    pytest.importorskip("jax")
    by_numba = qqnet.json(command, "lunar-relay", *SPAN)
    by_jax = qqnet.json(command, "lunar-relay", "--backend", "jax", *SPAN)
    if command == "coverage":
        assert by_jax == by_numba
    else:
        for kind in ("gdop", "pdop", "hdop", "vdop", "tdop"):
            wanted = by_numba[kind]["max_finite"]
            # A nearly singular geometry of dilution D loses D^2 of the precision: 6e-9 for 5,200 here.
            assert by_jax[kind]["max_finite"] == pytest.approx(wanted, rel=max(1e-9, 2.2e-16 * wanted**2))
            assert by_jax[kind]["fraction_at_most"] == by_numba[kind]["fraction_at_most"]


def test_a_back_end_that_is_none(qqnet):
    done = qqnet("coverage", "lunar-relay", "--backend", "cuda", *SPAN, code=2)
    assert "backend" in done.stderr
    assert "numba" in done.stderr
