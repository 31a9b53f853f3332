"""gnss: navigation satellites at the Moon and in high orbits, as a user asks."""

import pytest

SHORT = ("--duration", "6 h", "--step", "30 min")


@pytest.fixture(scope="module")
def answer(shells):
    return shells("gnss").json("gnss", "qqnet-3", "--node", "eml1", "--node", "earth-staging-01", *SHORT)


def test_a_relay_and_a_staging_station(answer):
    assert answer["satellites"] == 134
    assert answer["epochs"] == 13
    relay, station = answer["nodes"]
    assert (relay["node"], station["node"]) == ("eml1", "earth-staging-01")
    assert sum(relay["usable"]["histogram"].values()) == pytest.approx(1.0)
    assert station["usable"]["min"] > relay["usable"]["mean"]
    assert station["error_m"]["position"]["p95"] < 10.0 < relay["error_m"]["position"]["p50"]


def test_more_systems_and_lower_thresholds_help(qqnet, answer):
    gps = qqnet.json("gnss", "qqnet-3", "--node", "eml1", "--system", "gps", *SHORT)
    assert gps["systems"] == ["GPS"]
    deaf = qqnet.json("gnss", "qqnet-3", "--node", "eml1", "--threshold", "45 dB-Hz", *SHORT)
    relay = answer["nodes"][0]
    assert gps["nodes"][0]["usable"]["mean"] < relay["usable"]["mean"]
    assert deaf["nodes"][0]["usable"]["mean"] < 1.0
    assert deaf["nodes"][0]["pdop"]["p50"] is None


def test_for_people(qqnet):
    shown = qqnet("gnss", "qqnet-3", "--node", "eml1", *SHORT).stdout
    assert "134 satellites of GPS, Galileo" in shown
    assert "by system" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--system", "Galilleo"), "--system: unknown navigation system 'Galilleo'; did you mean 'Galileo'?"),
        (("--threshold", "-5 dB-Hz"), "must be from 0 dB-Hz to 100 dB-Hz"),
        (("--node", "kashi"), "--node: 'kashi' carries no navigation receiver; these do: eml1, eml2"),
        (("--step", "5"), "--step: '5' has no unit"),
    ],
)
def test_nonsense(qqnet, options, message):
    assert message in qqnet("gnss", "qqnet-3", *options, code=2).stderr


def test_a_scenario_without_receivers(qqnet):
    done = qqnet("gnss", "lunar-relay", code=2)
    assert "lunar-relay has no navigation receivers" in done.stderr
