"""Many runs with random failures."""

import json
import math

import numpy as np
import pytest

from qqnet.errors import InputError
from qqnet.routing.graph import compile_plan
from qqnet.traffic import monte_carlo as module
from qqnet.traffic.conditions import Conditions
from qqnet.traffic.experiment import Experiment
from qqnet.traffic.flows import Flow
from qqnet.traffic.monte_carlo import Chances, monte_carlo, seed_of, with_uncertain_contacts
from qqnet.traffic.run_folder import RunFolder

SPAN = (0.0, 1000.0)
LOSS = 0.1


@pytest.fixture(scope="module")
def lossy(plan_of):
    plan = plan_of([("a", "b", *SPAN, 1e6, 1.0), ("b", "c", *SPAN, 1e6, 1.0)])
    flows = (Flow("f", "a", "b", size_bytes=100.0, every_s=5.0, stop_s=990.0),)
    conditions = Conditions(loss={"rf": LOSS}, resend=False)
    return Experiment(compile_plan(plan), flows, conditions, *SPAN)


def test_the_interval_holds_the_chance_that_links_lose(lossy):
    found = monte_carlo(lossy, Chances(), 30, seed=1)
    (flow,) = found.flows()
    ratio = flow.delivery_ratio
    assert ratio.low < 1.0 - LOSS < ratio.high
    # Of 198 messages each: the standard deviation of a share over 30 runs, and Student's 2.05 of it.
    half = 2.05 * math.sqrt(LOSS * (1 - LOSS) / 198 / 30)
    assert (ratio.high - ratio.low) / 2 == pytest.approx(half, rel=0.4)
    assert found.losses()["link"].mean == pytest.approx(flow.lost_bytes.mean)
    assert flow.missing_bytes == flow.lost_bytes
    steps = found.convergence()
    assert [count for count, _ in steps] == [5, 10, 20, 30]
    assert steps[-1][1] == ratio


def test_nodes_that_fail_cost_what_they_are_out(plan_of):
    """A relay that is up 80 % of the time passes 80 % on, if nobody waits for it."""
    plan = plan_of([("a", "b", 0.0, 1e5, 1e6, 0.0), ("b", "c", 0.0, 1e5, 1e6, 0.0)])
    flows = (Flow("f", "a", "c", size_bytes=100.0, every_s=100.0, deadline_s=1.0),)
    conditions = Conditions(resend=False, detection_s=0.0)
    experiment = Experiment(compile_plan(plan), flows, conditions, 0.0, 1e5)
    found = monte_carlo(experiment, Chances(("b",), between_s=2000.0, repair_s=500.0), 25, seed=3)
    ratio = found.flows()[0].delivery_ratio
    assert ratio.low < 0.8 < ratio.high
    assert found.answer()["node_failures"] == pytest.approx(1e5 / 2500.0, rel=0.1)


def test_answers_do_not_depend_on_the_number_of_processes(lossy):
    alone, together = (monte_carlo(lossy, Chances(), 4, seed=7, jobs=jobs) for jobs in (1, 2))
    assert alone.records == together.records
    assert alone.answer() == together.answer()


def test_a_run_is_the_same_in_a_longer_series(lossy):
    assert (
        monte_carlo(lossy, Chances(), 2, seed=7).records
        == monte_carlo(lossy, Chances(), 4, seed=7).records[:2]
    )
    assert len({seed_of(series, run) for series in range(20) for run in range(20)}) == 400


def test_an_interrupted_series_goes_on(lossy, tmp_path, monkeypatch):
    def stop(done):
        if done > 0.5:
            raise KeyboardInterrupt

    whole = monte_carlo(lossy, Chances(), 6, seed=2)
    with pytest.raises(KeyboardInterrupt):
        monte_carlo(lossy, Chances(), 6, seed=2, folder=RunFolder(tmp_path, {"of": "this"}), progress=stop)
    folder = RunFolder(tmp_path, {"of": "this"})
    kept = folder.records()
    assert 0 < len(kept) < 6
    # Those that are there are not made again, and a damaged record is.
    (tmp_path / "runs" / "000000.json").write_text("{", encoding="utf-8")
    made, run = [], module._run
    monkeypatch.setattr(
        module, "_run", lambda given, number, tell: made.append(number) or run(given, number, tell)
    )
    assert monte_carlo(lossy, Chances(), 6, seed=2, folder=folder).records == whole.records
    assert made == [0, *range(len(kept), 6)]


def test_a_failed_run_is_kept_and_tried_again(lossy, tmp_path, monkeypatch):
    run = Experiment.run

    def fail(self, *args, seed, **options):
        if seed == seed_of(2, 1):
            raise MemoryError("too large")
        return run(self, *args, seed=seed, **options)

    folder = RunFolder(tmp_path, {})
    with monkeypatch.context() as patched:
        patched.setattr(Experiment, "run", fail)
        found = monte_carlo(lossy, Chances(), 3, seed=2, folder=folder)
    assert found.answer()["failed"] == [{"run": 1, "seed": seed_of(2, 1), "error": "MemoryError: too large"}]
    assert found.answer()["runs"] == 2
    assert folder.records()[1].error == "MemoryError: too large"
    assert monte_carlo(lossy, Chances(), 3, seed=2, folder=folder).answer()["failed"] == []


def test_a_folder_holds_runs_of_one_thing(tmp_path):
    RunFolder(tmp_path / "new", {"seed": 1, "plan": "x"})
    with pytest.raises(InputError, match="runs that differ in seed; name a new folder"):
        RunFolder(tmp_path / "new", {"seed": 2, "plan": "x"})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(InputError, match="no series of runs"):
        RunFolder(tmp_path / "other", {})
    with pytest.raises(InputError, match="is not a folder"):
        RunFolder(tmp_path / "other" / "file", {})
    (tmp_path / "new" / "manifest.json").write_text("[", encoding="utf-8")
    with pytest.raises(InputError, match="cannot read"):
        RunFolder(tmp_path / "new", {"seed": 1})
    first, second = RunFolder(tmp_path / "one", {}), RunFolder(tmp_path / "one", {})
    with first.locked(), pytest.raises(InputError, match="another series is working"), second.locked():
        pass


def test_contacts_that_may_not_take_place(lossy):
    uncertain = with_uncertain_contacts(lossy, {"rf": 0.25})
    assert np.allclose(uncertain.plan.plan.contacts["confidence"], 0.75, rtol=0)
    assert uncertain.conditions.draw_contacts
    found = monte_carlo(uncertain, Chances(), 40, seed=5)
    missed = sum(record.flows[0]["delivered_bytes"] == 0.0 for record in found.records)
    # Binomial(40, 1/4) within three standard deviations.
    assert abs(missed - 10) < 3.0 * math.sqrt(40 * 0.25 * 0.75)
    json.dumps(found.answer())
    with pytest.raises(InputError, match="'laser': the plan has rf"):
        with_uncertain_contacts(lossy, {"laser": 0.1})
    with pytest.raises(InputError, match="from 0 to below 1"):
        with_uncertain_contacts(lossy, {"rf": 1.0})


@pytest.mark.parametrize(
    ("options", "message"), [({"runs": 0}, "0 runs"), ({"runs": 1, "confidence": 1.0}, "confidence is 1.0")]
)
def test_numbers_that_are_none_are_refused(lossy, options, message):
    with pytest.raises(InputError, match=message):
        monte_carlo(lossy, Chances(), seed=1, **options)
    with pytest.raises(InputError, match="must be above 0"):
        Chances(("b",), between_s=-1.0)
