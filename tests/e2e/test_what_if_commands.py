"""qqnet compare, criticality and montecarlo as a user types them."""

import json

import pytest

from qqnet.traffic.experiment import Experiment

SPAN = ("--start", "2030-01-02T02:00:00Z", "--duration", "4 h")
"""The ground station sees the Moon."""


@pytest.fixture(scope="module")
def shell(shells):
    """A folder with a contact plan and with two results."""
    from qqnet.scenario.loading import load
    from qqnet.study.what_if import experiment_of
    from qqnet.traffic.conditions import Outage

    made = shells("what-if")
    made("contacts", "lunar-relay", *SPAN, "-o", "plan.parquet")
    from qqnet.cli.options import with_span
    from qqnet.contacts.convert import read_plan

    scenario = with_span(load("lunar-relay"), start=SPAN[1], duration=SPAN[3])
    experiment = experiment_of(scenario, read_plan(made.folder / "plan.parquet"))
    experiment.run().save(made.folder / "traffic.nc")
    outage = Outage(node="ground", start_s=experiment.start_s + 3600.0)
    experiment.run([outage]).save(made.folder / "broken.nc")
    return made


def test_two_runs_are_compared(shell):
    same = shell.json("compare", ".", "traffic.nc")
    assert same["missing_bytes"]["change"] == 0.0
    assert not same["is_worse"]
    worse = shell.json("compare", "traffic.nc", "broken.nc", code=1)
    assert worse["is_worse"]
    assert worse["worse"]
    assert shell.json("compare", "broken.nc", "traffic.nc")["missing_bytes"]["change"] < 0.0
    said = shell("compare", "traffic.nc", "broken.nc", code=1).stdout
    assert "not delivered: A" in said
    assert "B delivers less of:" in said


def test_a_scenario_is_compared_by_its_traffic(shell):
    short = (
        "version: 1\nextends: lunar-relay\nname: short\ntime: {start: 2030-01-02T02:00:00Z, duration: 4 h}\n"
    )
    (shell.folder / "short.yaml").write_text(short, encoding="utf-8")
    assert shell.json("compare", "short.yaml", "traffic.nc")["missing_bytes"]["change"] == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("traffic.nc", "nothing.nc"), "nothing.nc holds no traffic.nc"),
        (("traffic.nc", "empty"), "empty holds no traffic.nc; 'qqnet run SCENARIO -o empty' leaves one"),
        (("lunar-rely", "traffic.nc"), "lunar-relay"),
        (("plan.nc", "traffic.nc"), "plan.nc"),
    ],
)
def test_what_is_no_run_is_told(shell, arguments, message):
    (shell.folder / "empty").mkdir(exist_ok=True)
    (shell.folder / "plan.nc").write_text("no NetCDF", encoding="utf-8")
    assert message in shell("compare", *arguments, code=2).stderr


def test_losses_are_ranked(shell):
    plan = ("--plan", "plan.parquet", *SPAN, "--jobs", "1")
    answer = shell.json("criticality", "lunar-relay", *plan)
    sizes = [harm["missing_bytes"] for harm in answer["ranking"]]
    assert sizes == sorted(sizes, reverse=True)
    assert all(harm["carried_bytes"] > 0.0 for harm in answer["ranking"])
    assert {harm["kind"] for harm in answer["ranking"]} == {"node"}
    assert "ground" in answer["idle"]
    first = answer["ranking"][0]["name"]
    alone = shell.json("criticality", "lunar-relay", *plan, "--only", first)
    assert alone["ranking"] == answer["ranking"][:1]
    later = shell.json("criticality", "lunar-relay", *plan, "--only", first, "--from", "1 h")
    assert later["ranking"][0]["missing_bytes"] <= alone["ranking"][0]["missing_bytes"]
    # A format without names: nodes are known by their numbers.
    shell("convert", "plan.parquet", "plan.ionrc", "--to", "ion")
    numbered = shell.json(
        "criticality", "lunar-relay", "--plan", "plan.ionrc", *SPAN, "--only", first, "--jobs", "1"
    )
    assert numbered["ranking"][0]["name"] == first
    said = shell("criticality", "lunar-relay", *plan, "--constellations", "--links", "--top", "1").stdout
    assert "Not delivered without it" in said
    assert "pass on nothing of others" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--only", "rely"), "--only: unknown candidate 'rely'"),
        (("--from", "3"), "--from: '3'"),
        (("--from", "2040-99-01"), "2040-99-01"),
        (("--from", "1 h", "--to", "30 min"), "does not lie after its start"),
        (("--plan", "none.csv"), "none.csv"),
    ],
)
def test_wrong_losses_are_told(shell, options, message):
    assert (
        message
        in shell("criticality", "lunar-relay", "--plan", "plan.parquet", *SPAN, *options, code=2).stderr
    )


SERIES = ("montecarlo", "lunar-relay", "--plan", "plan.parquet", *SPAN, "--jobs", "1")
CHANCES = ("--loss", "rf=0.2", "--between", "1 h", "--repair", "20 min", "--missed", "rf=0.1")


def test_a_series_is_interrupted_and_goes_on(shell, monkeypatch):
    run, made = Experiment.run, []

    def stop(self, *args, **options):
        made.append(options["seed"])
        if len(made) == 3:
            raise KeyboardInterrupt
        return run(self, *args, **options)

    series = (*SERIES, *CHANCES, "--runs", "4")
    with monkeypatch.context() as patched:
        patched.setattr(Experiment, "run", stop)
        assert "interrupted" in shell(*series, "-o", "runs", code=130).stderr
    assert len(list((shell.folder / "runs" / "runs").glob("*.json"))) == 2
    went_on = shell.json(*series, "-o", "runs")
    assert went_on == shell.json(*series)
    assert went_on["runs"] == 4
    assert went_on["node_failures"] > 0.0
    record = json.loads((shell.folder / "runs" / "runs" / "000002.json").read_text(encoding="utf-8"))
    assert record["seed"] == made[2]
    said = shell(*series, "-o", "runs", "--confidence", "0.9").stdout
    assert "Means over 4 runs, 90 % intervals" in said
    assert "all runs are alike" in shell(*SERIES, "--runs", "1").stderr
    other = shell(*series, "-o", "runs", "--seed", "5", code=2).stderr
    assert "runs that differ in seed; name a new folder" in other


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--loss", "rf"), "'rf' is no share; right is '1 %', 0.01, or 'rf=1 %'"),
        (("--missed", "rf=200 %"), "--missed: 'rf=200 %'"),
        (("--loss", "laser=0.1"), "unknown kind 'laser'"),
        (("--between", "5"), "--between: '5'"),
        (("--between", "1 h", "--repair", "0 s"), "must be above 0"),
        (("--between", "1 h", "--node", "nobody"), "node 'nobody' is not in this plan"),
        (("--confidence", "1"), "confidence is 1.0"),
        (("-o", "plan.parquet"), "plan.parquet is not a folder"),
        (("-o", "."), "holds other files and no series"),
    ],
)
def test_wrong_series_are_told(shell, options, message):
    assert message in shell(*SERIES, *options, code=2).stderr
