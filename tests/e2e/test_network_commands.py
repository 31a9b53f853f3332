"""contacts, convert, route, traffic, link, orbits, coverage, navigation: the answers that programs read."""

import json

import pytest


@pytest.fixture(scope="module")
def made(shells):
    """A folder with the contact plan of a small shipped scenario."""
    shell = shells("plan")
    shell("contacts", "lunar-relay", "-o", "plan.csv")
    return shell


def test_route_has_the_documented_keys(made):
    answer = made.json("route", "plan.csv", "--from", "rover", "--to", "ground", "-k", "3")
    assert answer["found"] is True
    assert len(answer["routes"]) == 3
    arrivals = [route["arrival_s"] for route in answer["routes"]]
    assert arrivals == sorted(arrivals)
    best = answer["routes"][0]
    assert best["arrival_utc"].endswith("Z")
    assert best["hops"][0]["from"] == "rover"
    assert best["hops"][-1]["to"] == "ground"
    for hop in best["hops"]:
        assert hop["start_s"] <= hop["arrival_s"]


def test_route_takes_times_of_the_plan_and_utc_and_sizes_with_units(made):
    first = made.json("route", "plan.csv", "--from", "rover", "--to", "ground")["routes"][0]
    at = first["hops"][0]["start_s"]
    by_seconds = made.json("route", "plan.csv", "--from", "rover", "--to", "ground", "--at", str(at))
    assert by_seconds["routes"][0]["arrival_s"] == first["arrival_s"]
    large = made.json("route", "plan.csv", "--from", "rover", "--to", "ground", "--size", "1 MB")
    same = made.json("route", "plan.csv", "--from", "rover", "--to", "ground", "--size", "1000000")
    assert large["routes"][0]["arrival_s"] == same["routes"][0]["arrival_s"] > first["arrival_s"]


def test_no_route_is_exit_code_1_with_a_reason(made):
    answer = made.json("route", "plan.csv", "--from", "rover", "--to", "ground", "--size", "1 GB", code=1)
    assert answer["found"] is False
    assert answer["routes"] == []
    assert "1e+09 byte" in answer["reason"]
    spoken = made("route", "plan.csv", "--from", "rover", "--to", "ground", "--size", "1 GB", code=1)
    assert spoken.stdout.startswith("no route from rover to ground")


def test_wrong_nodes_and_times(made):
    assert "did you mean" in made("route", "plan.csv", "--from", "rovr", "--to", "ground", code=2).stderr
    assert "nope" in made("route", "nope.csv", "--from", "a", "--to", "b", code=2).stderr
    done = made("route", "plan.csv", "--from", "rover", "--to", "ground", "--at", "noon", code=2)
    assert "noon" in done.stderr


@pytest.mark.parametrize(
    ("to", "name", "ends"),
    [
        ("ion", "plan.ionrc", ("22", "1")),
        ("hdtn", "plan.json", ("22", "1")),
        ("parquet", "plan.parquet", ("22", "1")),
        ("ud3tn-ion", "pair", ("22", "1")),
        ("asabr", "plan.cp", ("rover", "ground")),
        ("tvg", "plan.tvg.json", ("rover", "ground")),
    ],
)
def test_convert_and_route_over_the_copy(made, to, name, ends):
    done = made("convert", "plan.csv", name, "--to", to)
    assert ("left out: " in done.stderr) == (to != "parquet")
    answer = made.json("route", name, "--from", ends[0], "--to", ends[1])
    assert answer["found"] is True


def test_every_format_has_its_place_in_the_help(made):
    from qqnet.contacts.convert import FORMATS

    spoken = " ".join(made("convert", "--help").stdout.replace("│", " ").split())
    assert f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}." in spoken
    made("convert", "plan.csv", "plan.xml", "--to", "ccsds")
    done = made("convert", "plan.xml", "x.csv", "--to", "csv", code=2)
    assert "holds neither rates nor light times" in done.stderr
    assert not (made.folder / "x.csv").exists()


def test_convert_takes_the_format_from_the_ending_and_may_be_told_that_of_the_plan(made):
    made("convert", "plan.csv", "told.ionrc")
    assert "a contact" in (made.folder / "told.ionrc").read_text()
    done = made("convert", "plan.csv", "told.odd", code=2)
    assert "the ending tells no format" in done.stderr
    (made.folder / "told.dat").write_text((made.folder / "told.ionrc").read_text())
    made("convert", "told.dat", "again.csv", "--from", "ion")
    done = made("convert", "told.dat", "wrong.csv", "--from", "hdtn", code=2)
    assert "told.dat" in done.stderr
    assert not (made.folder / "wrong.csv").exists()
    assert "is not one of" in made("convert", "plan.csv", "x.csv", "--from", "stk", code=2).stderr


def test_a_broken_plan_is_named_by_line_and_nothing_is_written(made):
    lines = (made.folder / "plan.csv").read_text().splitlines()
    lines[9] = lines[9].replace(",", ",oops", 1)
    (made.folder / "broken.csv").write_text("\n".join(lines))
    done = made("convert", "broken.csv", "out.ionrc", "--to", "ion", code=2)
    assert "broken.csv" in done.stderr
    assert "10" in done.stderr
    assert not (made.folder / "out.ionrc").exists()
    assert "is not one of" in made("convert", "plan.csv", "x", "--to", "stk", code=2).stderr


def test_traffic_by_the_scenario_and_by_a_plan_agree(made):
    own = made.json("traffic", "lunar-relay")
    given = made.json("traffic", "lunar-relay", "--plan", "plan.csv")
    assert own == given
    for flow in own["flows"]:
        assert set(flow) >= {"name", "offered_bytes", "delivered_bytes", "delivery_ratio", "delay_s"}
        assert set(flow["delay_s"]) == {"mean", "p50", "p95", "max"}
        lost = sum(flow["losses"].values())
        assert flow["offered_bytes"] == pytest.approx(flow["delivered_bytes"] + lost)
    assert set(own) == {"flows", "priorities", "losses", "nodes"}


def test_link_has_the_documented_keys(qqnet):
    answer = qqnet.json("link", "lunar-relay", "rover", "relay")
    assert set(answer) >= {"rate_bps", "margin_db", "range_km", "owlt_s", "lines"}
    assert set(answer["lines"][0]) >= {"name", "value", "unit", "source"}
    assert answer["owlt_s"] == pytest.approx(answer["range_km"] / 299792.458)
    spoken = qqnet("link", "lunar-relay", "rover", "relay").stdout
    assert "Free-space loss" in spoken
    done = qqnet("link", "lunar-relay", "rover", "relay", "--at", "2050-01-01T00:00:00Z", code=2)
    assert "outside the scenario's span" in done.stderr


def test_coverage_has_the_documented_keys(qqnet):
    answer = qqnet.json("coverage", "lunar-relay", "--body", "Moon", "--mask", "10 deg", "--step", "10 min")
    assert answer["body"] == "Moon"
    assert answer["mask_deg"] == pytest.approx(10.0)
    assert set(answer) >= {"fold", "worst_point", "longest_gap_s", "worst_day"}
    assert set(answer["fold"]["fraction_at_least"]) >= {"1", "4"}
    assert set(answer["worst_point"]) >= {"lat_deg", "lon_deg"}
    assert set(answer["worst_day"]) >= {"start", "fraction_at_least"}
    lower = qqnet.json("coverage", "lunar-relay", "--mask", "0 deg", "--step", "10 min")
    for fold, share in answer["fold"]["fraction_at_least"].items():
        assert lower["fold"]["fraction_at_least"][fold] >= share


def test_coverage_tells_worst_moments_days_bands_and_sites(qqnet):
    options = ("coverage", "lunar-relay", "--start", "2030-01-01T20:00:00Z", "--step", "10 min")
    answer = qqnet.json(*options, "--duration", "30 h")
    assert [day["date"] for day in answer["days"]] == ["2030-01-01", "2030-01-02", "2030-01-03"]
    assert [day["whole"] for day in answer["days"]] == [False, True, False]
    assert answer["least_day"]["date"] == "2030-01-02"
    assert [site["name"] for site in answer["sites"]] == ["lander", "rover"]
    spoken = qqnet(*options, "--duration", "30 h", "--days").stdout
    share = f"{100 * answer['days'][1]['fraction_at_least']['1']:.3f} %"
    row = next(line for line in spoken.splitlines() if "2030-01-02" in line and "│" in line)
    assert share in row
    assert f"only {answer['fold']['min']} in view, first       {answer['lowest_fold']['start']} at" in spoken
    for name in ("By latitude", "-90 to -80", "lander", "rover"):
        assert name in spoken


def test_a_mountain_in_a_file_takes_from_the_coverage_of_its_site(qqnet):
    (qqnet.folder / "sky.csv").write_text("azimuth_deg,elevation_deg\n0,30\n90,5\n200,40\n")
    (qqnet.folder / "net.yaml").write_text(
        "extends: lunar-relay\nnodes:\n  - name: rover\n    horizon: {file: sky.csv}\n"
    )
    options = ("--step", "10 min", "--duration", "12 h")
    flat, rugged = (qqnet.json("coverage", name, *options) for name in ("lunar-relay", "net.yaml"))
    assert rugged["fold"] == flat["fold"]
    for before, after in zip(flat["sites"], rugged["sites"], strict=True):
        assert after["horizon"] is (after["name"] == "rover")
        assert (after["fold"]["mean"] < before["fold"]["mean"]) is (after["name"] == "rover")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "grids: [{body: Mars}]",
            "the service navigation, so nothing covers Mars; name its providers",
        ),
        ("grids: [{body: Moon, type: equal-area, points: 0}]", "grids[0].points: 0 must be at least 1"),
        ("grids: []", "has no grid at 'Moon'; it has: none"),
        (
            "grids: [{body: Moon, mask: 90 deg}]",
            "grids[0].mask: '90 deg' must be above -90 deg and below 90 deg",
        ),
        (
            "nodes: [{name: rover, horizon: [{azimuth: 9 deg, elevation: 0 deg}, "
            "{azimuth: 2 deg, elevation: 1 deg}]}]",
            "nodes[3].horizon: has azimuth 2 deg (point 2) after 9 deg; azimuths must ascend",
        ),
        (
            "time: {duration: 30 s, step: 60 s}",
            "time.step: '60 s' must not be longer than the duration, 30 s",
        ),
    ],
)
def test_what_cannot_be_covered_is_said(qqnet, change, words):
    (qqnet.folder / "net.yaml").write_text(f"extends: lunar-relay\n{change}\n")
    assert (
        words
        in qqnet("coverage", "net.yaml", *(["--body", "Mars"] if "Mars" in change else []), code=2).stderr
    )


def test_navigation_has_the_documented_keys(qqnet):
    answer = qqnet.json("navigation", "lunar-relay", "--step", "10 min")
    for kind in ("gdop", "pdop", "hdop", "vdop", "tdop"):
        assert set(answer[kind]) >= {"max", "p95", "fraction_at_most"}
        assert "6" in answer[kind]["fraction_at_most"]
    for kind in ("horizontal", "vertical", "position"):
        assert set(answer["error_m"][kind]) >= {"mean", "p95", "max", "three_sigma"}


def test_orbits_in_three_formats(qqnet):
    for name in ("states.oem", "states.csv", "states.parquet"):
        qqnet("orbits", "lunar-relay", "--node", "relay", "--node", "rover", "-o", name, "--step", "10 min")
    text = (qqnet.folder / "states.oem").read_text()
    assert text.count("META_START") == 2
    header = (qqnet.folder / "states.csv").read_text().splitlines()[0]
    assert header == "node,center,utc,tdb_s,x_km,y_km,z_km,vx_km_s,vy_km_s,vz_km_s"


def test_json_is_one_object_and_talk_goes_to_stderr(program):
    done = program("coverage", "lunar-relay", "--json", "--step", "10 min")
    json.loads(done.stdout)
    assert "orbits" in done.stderr
    silent = program("-q", "coverage", "lunar-relay", "--json", "--step", "10 min")
    assert silent.stderr == ""


def test_a_part_of_the_span_leaves_out_burns_that_come_later(qqnet):
    burn = "{at: 2030-01-01T%s:00:00Z, delta_v: [0 m/s, 1 m/s, 0 m/s]}"
    (qqnet.folder / "burns.yaml").write_text(
        "version: 1\nextends: lunar-relay\nname: burns\nnodes:\n"
        f"  - {{name: relay, dynamics: {{degree: 8, burns: [{burn % '09'}, {burn % '20'}]}}}}\n"
    )
    asked = ("orbits", "burns.yaml", "--node", "relay", "--step", "10 min", "-o")
    assert "left out" not in qqnet(*asked, "whole.csv").stderr
    done = qqnet(*asked, "part.csv", "--duration", "4 h")
    assert "left out, as they come after the end of this span: burns of relay" in done.stderr
    whole, part = (
        [float(row.split(",")[4]) for row in (qqnet.folder / name).read_text().splitlines()[1:21]]
        for name in ("whole.csv", "part.csv")
    )
    assert part == pytest.approx(whole, abs=3e-6)  # both tables are right to a millimetre


def test_a_part_of_the_span_leaves_out_flows_that_start_later(qqnet):
    done = qqnet("contacts", "qqnet-3", "--duration", "10 min", "-o", "short.csv")
    assert "left out, as they start after the end of this span" in done.stderr
    assert (qqnet.folder / "short.csv").stat().st_size > 1000
