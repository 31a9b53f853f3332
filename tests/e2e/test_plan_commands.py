"""qqnet plan: what people and programs are told about contact plans, and what is written."""

import json

import pytest

HEAD = "from,to,start_s,end_s,rate_bps,owlt_s,link,kind\n"
ROWS = (
    "1,2,0,600,1e6,1.5,x,rf\n"
    "2,1,0,600,1e6,1.5,x,rf\n"
    "2,3,300,900,2e6,600,laser,optical\n"
    "3,2,300,900,2e6,600,laser,optical\n"
    "1,2,600,900,1e6,1.5,x,rf\n"
)


@pytest.fixture
def shell(qqnet):
    (qqnet.folder / "plan.csv").write_text(HEAD + ROWS)
    (qqnet.folder / "later.csv").write_text(HEAD + "1,2,800,1000,2e6,1.5,x,rf\n")
    (qqnet.folder / "empty.csv").write_text(HEAD)
    return qqnet


def test_check(shell):
    spoken = shell("plan", "check", "plan.csv")
    assert spoken.stdout.splitlines()[0] == "plan.csv: 5 contacts, 1 finding"
    assert "note no-dates (1)" in spoken.stdout
    answer = shell.json("plan", "check", "plan.csv")
    assert answer["ok"] is True
    assert {one["level"] for one in answer["findings"]} == {"note"}
    (shell.folder / "slow.csv").write_text(HEAD + "1,2,0,60,2,1,x,rf\n2,1,0,60,2,1,x,rf\n")
    slow = shell.json("plan", "check", "slow.csv", code=1)
    assert slow["ok"] is False
    assert (slow["findings"][0]["rule"], slow["findings"][0]["count"]) == ("rate-low", 2)


def test_check_of_a_file_that_is_wrong(shell):
    (shell.folder / "bad.csv").write_text(HEAD + "1,2,0,60,fast,1,x,rf\n1,2,90,80,1,1,x,rf\n")
    assert (
        "bad.csv:2: contacts[0].rate_bps: 'fast' is not a number"
        in shell("plan", "check", "bad.csv", code=2).stderr
    )
    (shell.folder / "bad.csv").write_text(HEAD + "1,2,90,80,1,1,x,rf\n2,3,0,1,-1,1,x,rf\n")
    answer = shell.json("plan", "check", "bad.csv", code=2)
    assert (answer["ok"], len(answer["errors"]), answer["findings"]) == (False, 2, [])
    assert answer["errors"][1].startswith("bad.csv:3: contacts[1].rate_bps")


def test_statistics(shell):
    answer = shell.json("plan", "statistics", "plan.csv")
    assert (answer["contacts"], answer["contact_s"], answer["volume_bytes"]) == (5, 2700.0, 487.5e6)
    assert [node["volume_out_bytes"] for node in answer["nodes"]] == [112.5e6, 225e6, 150e6]
    assert answer["components"] == [["1", "2", "3"]]
    assert "contacts     5 of 4 links among 3 nodes" in shell("plan", "statistics", "plan.csv").stdout
    assert "laser" in shell("plan", "statistics", "plan.csv", "--links").stdout
    empty = shell.json("plan", "statistics", "empty.csv")
    assert (empty["contacts"], empty["mean_rate_bps"], empty["nodes"]) == (0, None, [])
    assert "none bit/s on average" in shell("plan", "statistics", "empty.csv").stdout


def test_compare(shell):
    assert shell("plan", "compare", "plan.csv", "plan.csv").stdout.startswith("the plans are the same")
    (shell.folder / "other.csv").write_text(HEAD + ROWS.replace("300,900,2e6,600", "310,900,2e6,601"))
    told = shell("plan", "compare", "plan.csv", "other.csv", code=1).stdout
    assert "2 the same, 2 changed, 0 only in the first, 0 only in the second" in told
    assert "changed: 2 -> 3 laser from 300 s: starts +10 s, light time +1 s" in told
    answer = shell.json("plan", "compare", "plan.csv", "other.csv", "--most", "1", code=1)
    assert answer["identical"] is False
    assert (answer["counts"]["changed"], len(answer["changed"])) == (2, 1)
    assert answer["volume_bytes"]["change"] == pytest.approx(-5e6)
    shell("plan", "compare", "plan.csv", "other.csv", "--time", "10 s", "--owlt", "1 s")
    assert "--rate: '5' " in shell("plan", "compare", "plan.csv", "other.csv", "--rate", "5", code=2).stderr


def test_a_copy_in_another_format_is_the_same_within_its_rounding(shell):
    for name, owlt in (("copy.ionrc", "0.5 s"), ("copy.parquet", "0 s")):
        shell("plan", "clip", "plan.csv", "-o", name)
        shell("plan", "compare", "plan.csv", name, "--owlt", owlt)


def test_merge(shell):
    refused = shell("plan", "merge", "plan.csv", "later.csv", "-o", "out.csv", code=2)
    assert "say which stays (overlap: first, last, fastest, slowest)" in refused.stderr
    assert not (shell.folder / "out.csv").exists()
    done = shell("plan", "merge", "plan.csv", "later.csv", "-o", "out.csv", "--overlap", "last")
    assert "100 s of 1 contact gave way to contacts of the same link of a later plan" in done.stderr
    assert "wrote out.csv: 5 contacts of 6" in done.stderr
    rows = (shell.folder / "out.csv").read_text()
    assert "1,2,0.0,800.0,1000000.0" in rows
    assert "1,2,800.0,1000.0,2000000.0" in rows
    shell("plan", "merge", "plan.csv", "-o", "apart.csv", "--apart")
    assert len((shell.folder / "apart.csv").read_text().splitlines()) == 7
    wrong = shell("plan", "merge", "plan.csv", "nope.csv", "-o", "x.csv", code=2)
    assert "cannot read nope.csv" in wrong.stderr
    assert not (shell.folder / "x.csv").exists()


def test_plans_with_and_without_dates_need_an_epoch(shell):
    shell("plan", "merge", "plan.csv", "-o", "dated.csv", "--epoch", "2030-01-01T00:00:00Z")
    assert "give the epoch" in shell("plan", "compare", "dated.csv", "plan.csv", code=2).stderr
    shell("plan", "compare", "dated.csv", "plan.csv", "--epoch", "2030-01-01T00:00:00Z")
    assert "noon" in shell("plan", "compare", "plan.csv", "plan.csv", "--epoch", "noon", code=2).stderr


def test_clip(shell):
    shell("plan", "merge", "plan.csv", "-o", "dated.csv", "--epoch", "2030-01-01T00:00:00Z")
    shell("plan", "clip", "dated.csv", "-o", "out.csv", "--from", "2030-01-01T00:10:00Z", "--to", "800")
    cut = shell.json("plan", "statistics", "out.csv")
    assert (cut["start_s"], cut["end_s"]) == pytest.approx((600.0, 800.0), abs=1e-5)
    assert cut["contacts"] == 3
    assert cut["contact_s"] == pytest.approx(600.0)
    assert (
        "must lie after" in shell("plan", "clip", "plan.csv", "-o", "x.csv", "--from", "9e9", code=2).stderr
    )
    assert (
        "does not name"
        in shell("plan", "clip", "plan.csv", "-o", "x.csv", "--to", "2030-01-01", code=2).stderr
    )
    assert "tells no format" in shell("plan", "clip", "plan.csv", "-o", "x.txt", code=2).stderr
    shell("plan", "clip", "plan.csv", "-o", "x.txt", "--format", "ion")
    assert "a contact +0 +600 1 2 125000" in (shell.folder / "x.txt").read_text()


def test_thin(shell):
    done = shell("plan", "thin", "plan.csv", "-o", "out.csv", "--kind", "rf", "--shortest", "10 min")
    assert "30.77 % of the volume stays" in done.stderr
    assert "wrote out.csv: 2 contacts of 5" in done.stderr
    done = shell("plan", "thin", "plan.csv", "-o", "out.csv", "--join-within", "0 s", "--shortest", "11 min")
    assert "wrote out.csv: 1 contact of 5" in done.stderr
    done = shell("plan", "thin", "plan.csv", "-o", "out.csv", "--useful", "1,3", "--parallel", "1")
    assert "wrote out.csv: 3 contacts of 5" in done.stderr
    for option, value, words in (
        ("--useful", "1", "must be two nodes with a comma between them"),
        ("--useful", "1,9", "node '9' is not in this plan"),
        ("--kind", "radio", "no kind 'radio'"),
        ("--shortest", "5", "--shortest: '5' "),
        ("--least-confidence", "-1", "least confidence -1.0: give zero or more"),
        ("--parallel", "0", "0 links of a pair"),
    ):
        assert words in shell("plan", "thin", "plan.csv", "-o", "x.csv", option, value, code=2).stderr
    assert not (shell.folder / "x.csv").exists()


def test_a_large_plan_is_compared_and_thinned(shell):
    rows = [
        f"{1 + k % 40},{41 + k % 40},{40 * (k // 40)},{40 * (k // 40) + 30},1e6,1,x,rf\n"
        for k in range(4_000)
    ]
    (shell.folder / "large.csv").write_text(HEAD + "".join(rows))
    (shell.folder / "less.csv").write_text(HEAD + "".join(rows[:-1]))
    answer = shell.json("plan", "compare", "large.csv", "less.csv", code=1)
    assert answer["counts"] == {"same": 3_999, "changed": 0, "only_first": 1, "only_second": 0, "links": 1}
    shell("plan", "thin", "large.csv", "-o", "some.parquet", "--node", "1", "--node", "41")
    assert shell.json("plan", "statistics", "some.parquet")["contacts"] == 100
    assert (
        json.loads(shell("plan", "check", "large.csv", "--json", code=1).stdout)["findings"][0]["rule"]
        == "unconnected"
    )
