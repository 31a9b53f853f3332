"""gnss: navigation satellites at the Moon and in high orbits, as a user asks."""

import pytest

MINE = """
version: 1
name: mine
time: {start: 2030-03-01T00:00:00Z, duration: 6 h}
nodes:
  - {name: orbiter, kind: spacecraft, network: moon, ipn: 1,
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 9000 km, e: 0, i: 56 deg}}
  - {name: kashi, kind: ground-station, network: earth, latitude: 38 deg, longitude: 76 deg, ipn: 5}
gnss:
  step: 30 min
  receivers: [{name: rx, nodes: [orbiter], antenna: {gain: 15 dBi}, noise_temperature: 200 K}]
"""


@pytest.fixture
def mine(qqnet):
    (qqnet.folder / "mine.yaml").write_text(MINE)
    return qqnet


def test_a_relay_and_a_staging_station(qqnet):
    answer = qqnet.json(
        "gnss",
        "qqnet-3",
        "--node",
        "eml1",
        "--node",
        "earth-staging-01",
        "--duration",
        "6 h",
        "--step",
        "30 min",
    )
    assert answer["satellites"] == 134
    assert answer["epochs"] == 13
    relay, station = answer["nodes"]
    assert (relay["node"], station["node"]) == ("eml1", "earth-staging-01")
    assert sum(relay["usable"]["histogram"].values()) == pytest.approx(1.0)
    assert station["usable"]["min"] > relay["usable"]["mean"]
    assert station["error_m"]["position"]["p95"] < 10.0 < relay["error_m"]["position"]["p50"]


def test_more_systems_and_lower_thresholds_help(mine):
    everything = mine.json("gnss", "mine.yaml")["nodes"][0]
    gps = mine.json("gnss", "mine.yaml", "--system", "gps")
    deaf = mine.json("gnss", "mine.yaml", "--threshold", "45 dB-Hz")["nodes"][0]
    assert gps["systems"] == ["GPS"]
    assert gps["nodes"][0]["usable"]["mean"] < everything["usable"]["mean"]
    assert deaf["usable"]["mean"] < 1.0
    assert deaf["pdop"]["p50"] is None


def test_for_people(mine):
    shown = mine("gnss", "mine.yaml", "--duration", "2 h").stdout
    assert "134 satellites of GPS, Galileo" in shown
    assert "by system" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--system", "Galilleo"), "--system: unknown navigation system 'Galilleo'; did you mean 'Galileo'?"),
        (("--threshold", "-5 dB-Hz"), "must be from 0 dB-Hz to 100 dB-Hz"),
        (("--node", "kashi"), "--node: 'kashi' carries no navigation receiver; these do: orbiter"),
    ],
)
def test_nonsense(mine, options, message):
    assert message in mine("gnss", "mine.yaml", *options, code=2).stderr


def test_a_scenario_without_receivers(qqnet):
    done = qqnet("gnss", "lunar-relay", code=2)
    assert "lunar-relay has no navigation receivers" in done.stderr
