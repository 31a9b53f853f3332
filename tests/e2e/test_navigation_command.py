"""qqnet navigation: error budgets, users, and what it says to wrong input."""

import pytest

SCENARIO = """
version: 1
name: small
time: {{start: 2040-06-01T00:00:00Z, duration: 3 h, step: 10 min}}
terminals:
  s-user:
    kind: rf
    roles: [user]
    antenna: {{gain: 0 dBi}}
    receive: {{lowest: 2025 MHz, highest: 2110 MHz, noise_temperature: 300 K}}
nodes:
  - {{name: sat, kind: constellation, network: moon, ipn: 10, services: [navigation],
     pattern: {{type: walker-delta, satellites: {satellites}, planes: 3, phasing: 1}},
     orbit: {{type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}}}
  - {{name: mars-sat, kind: spacecraft, network: mars, ipn: 100,
     orbit: {{type: keplerian, body: Mars, frame: MARS_EQUATOR, a: 9000 km, e: 0, i: 20 deg}}}}
  - {{name: orbiter, kind: spacecraft, network: moon, ipn: 101,
     orbit: {{type: keplerian, body: Moon, frame: MOON_EQUATOR, a: 2000 km, e: 0, i: 80 deg}}}}
  - {{name: base, kind: site, network: moon, ipn: 102, body: Moon, latitude: -89.5 deg, longitude: 0 deg}}
grids:
  - {{body: Moon, subdivisions: 1, mask: 5 deg{grid}}}
{users}
"""
BUDGET = ", errors: {signal_in_space: {orbit: 4 m, clock: 2 m}, time_transfer: 10 ns}"
ROVER = """navigation_users:
  - {{name: rover, kind: rover, body: Moon, speed: 0.2 m/s, step: 2 min, {more}
     route: [{{latitude: -89 deg, longitude: 0 deg}}, {{latitude: -88.9 deg, longitude: 10 deg}}]}}
"""


@pytest.fixture
def write(tmp_path):
    def make(grid=BUDGET, users="", satellites=24):
        path = tmp_path / "small.yaml"
        path.write_text(SCENARIO.format(grid=grid, users=users, satellites=satellites), encoding="utf-8")
        return "small.yaml"

    return make


def test_budget_and_errors(qqnet, write):
    answer = qqnet.json("navigation", write())
    lines = {line["name"]: line["sigma_m"] for line in answer["error_budget"]["lines"]}
    assert lines["Signal in space"] == pytest.approx(20.0**0.5)
    assert lines["Time transfer"] == pytest.approx(2.998, abs=1e-3)
    assert answer["error_budget"]["total_m"] == answer["sigma_m"] == pytest.approx(4.475, abs=0.01)
    errors = answer["error_m"]
    assert errors["position"]["mean"] == pytest.approx(answer["sigma_m"] * answer["pdop"]["mean"], rel=0.01)
    assert errors["time"]["mean"] > answer["sigma_m"] * answer["tdop"]["mean"]
    assert errors["vertical"]["p95_radius"]["max"] == pytest.approx(1.959964 * errors["vertical"]["max"])
    spoken = qqnet("navigation", "small.yaml").stdout
    assert "= User range error" in spoken
    assert "afs-pilot at" in spoken
    (base,) = [site for site in answer["sites"] if site["name"] == "base"]
    row = next(line for line in spoken.splitlines() if line.startswith("│ base "))
    assert f"{base['gdop']['mean']:.2f}" in row
    assert f"{base['vdop']['p95']:.2f}" in row


def test_without_a_budget_errors_are_those_of_one_range_error(qqnet, write):
    answer = qqnet.json("navigation", write(grid=", range_error: 7 m"))
    assert answer["sigma_m"] == pytest.approx(7.0)
    assert "error_budget" not in answer
    assert answer["error_m"]["time"]["mean"] == pytest.approx(7.0 * answer["tdop"]["mean"])
    assert "p95_radius" not in answer["error_m"]["position"]


def test_users(qqnet, write):
    users = ROVER.format(more="terrain: {sigma: 5 m},")
    users += "  - {name: mapper, kind: orbiter, node: orbiter, duration: 20 min}\n"
    users += "  - {name: station, kind: site, node: base, duration: 30 min, measurements: [two-way]}\n"
    rover = qqnet.json("navigation", write(users=users), "--user", "rover")
    assert rover["kind"] == "rover"
    assert rover["epochs"] == 91
    assert rover["filter"]["position"]["end"] < rover["snapshot"]["position"]["end"] < 20.0
    assert rover["snapshot"]["vertical"]["max"] < 5.2
    assert rover["filter"]["velocity"]["three_sigma"]["end"] == pytest.approx(
        3.0 * rover["filter"]["velocity"]["end"]
    )
    mapper = qqnet.json("navigation", "small.yaml", "--user", "mapper")
    assert mapper["satellites"]["min"] > rover["satellites"]["min"]
    station = qqnet.json("navigation", "small.yaml", "--user", "station")
    assert station["snapshot"]["time"]["mean"] is None
    assert station["filter"]["position"]["end"] < 20.0
    assert "filter: error, 1 sigma" in qqnet("navigation", "small.yaml", "--user", "station").stdout
    done = qqnet("navigation", "small.yaml", "--user", "rovr", code=2)
    assert "no navigation user 'rovr'; it has: rover, mapper, station" in done.stderr


def test_fewer_than_four_satellites_are_no_solution(qqnet, write):
    answer = qqnet.json("navigation", write(satellites=3, users=ROVER.format(more="")))
    assert answer["error_unavailable_fraction"] == 1.0
    nothing = dict.fromkeys(("mean", "p95", "max"))
    assert answer["error_m"]["position"] == {**nothing, "p95_radius": nothing, "three_sigma": nothing}
    user = qqnet.json("navigation", "small.yaml", "--user", "rover")
    assert user["snapshot"]["available_fraction"] == 0.0
    assert user["snapshot"]["position"]["max"] is None
    assert user["filter"]["position"]["end"] > 0.0
    assert "none" in qqnet("navigation", "small.yaml", "--user", "rover").stdout


def test_singular_geometry_is_no_solution(qqnet, tmp_path, write):
    write()
    text = (tmp_path / "small.yaml").read_text("utf-8")
    one = (
        "  - {{name: same-{0}, kind: spacecraft, network: moon, ipn: {0}, services: [navigation],\n"
        "     orbit: {{type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0, i: 56 deg}}}}\n"
    )
    start, stop = text.index("  - {name: sat"), text.index("  - {name: mars-sat")
    four = "".join(one.format(ipn) for ipn in (10, 11, 12, 13))
    (tmp_path / "small.yaml").write_text(text[:start] + four + text[stop:], encoding="utf-8")
    answer = qqnet.json("navigation", "small.yaml")
    assert answer["error_unavailable_fraction"] == 1.0
    assert answer["error_m"]["position"]["mean"] is None
    assert answer["error_m"]["time"]["p95_radius"]["max"] is None


def test_a_signal_too_weak_is_not_tracked(qqnet, write):
    grid = ", errors: {signal: {power: 1 mW, gain: -10 dBi}}"
    answer = qqnet.json("navigation", write(grid=grid))
    assert answer["unavailable_fraction"] == 0.0
    assert answer["error_unavailable_fraction"] == 1.0
    assert answer["error_budget"]["total_m"] is None
    assert answer["error_m"]["position"]["mean"] is None
    assert "not tracked" in qqnet("navigation", "small.yaml").stdout


@pytest.mark.parametrize(
    ("grid", "users", "said"),
    [
        (", errors: {signal_in_space: {orbit: -4 m}}", "", "grids[0].errors.signal_in_space.orbit"),
        (", errors: {multipath: {zenith: -1 m}}", "", "zero or more"),
        (", errors: {signal: {name: afs}}", "", "'afs-pilot'"),
        (", errors: {signal_in_space: {from: file}}", "", "the name of the file"),
        (", errors: {signal_in_space: {from: file, file: no.nc}}", "", "cannot be read"),
        (BUDGET, ROVER.format(more="").split("route:")[0] + "route: []}\n", "navigation_users[0].route"),
        (BUDGET, ROVER.format(more="").replace("body: Moon", "body: Pluto"), "navigation_users[0].body"),
        (BUDGET, "navigation_users: [{name: a, kind: orbiter, node: orbitr}]\n", "did you mean 'orbiter'"),
        (BUDGET, "navigation_users: [{name: a, kind: site, node: orbiter}]\n", "is no site"),
        (BUDGET, "navigation_users: [{name: a, kind: orbiter, node: base}]\n", "stands on the ground"),
        (BUDGET, ROVER.format(more="start: 4 h,"), "is not before the end of the scenario"),
        (BUDGET, ROVER.format(more="terrain: {sigma: -1 m},"), "above zero"),
    ],
)
def test_wrong_input_is_named(qqnet, write, grid, users, said):
    assert said in qqnet("check", write(grid=grid, users=users), code=2).stderr


@pytest.mark.parametrize(
    ("users", "said"),
    [
        (ROVER.format(more="providers: [mars-sat],"), "is at Moon, but its satellites are at Mars"),
        (
            ROVER.format(more="").replace("-88.9", "-89").replace("10 deg", "0 deg"),
            "points 0 and 1 are the same",
        ),
        (ROVER.format(more="").replace("step: 2 min", "step: 5 h"), "wanted 2 to 20,000"),
    ],
)
def test_what_no_look_at_the_file_shows_is_said_too(qqnet, write, users, said):
    assert said in qqnet("navigation", write(users=users), "--user", "rover", code=2).stderr


def test_orbit_determination_that_is_not_asked_for(qqnet, write):
    name = write(grid=", errors: {signal_in_space: {from: orbit-determination}}")
    assert "needs an entry of orbit_determination at Moon" in qqnet("navigation", name, code=2).stderr


def test_user_takes_no_mask(qqnet, write):
    name = write(users=ROVER.format(more=""))
    done = qqnet("navigation", name, "--user", "rover", "--mask", "5 deg", code=2)
    assert "leave --mask and --node out" in done.stderr
