"""spectrum: what the rules say of networks that a user writes, and of the shipped ones."""

import pytest

NETWORK = """
version: 1
name: mine
time: {{start: 2030-01-01T00:00:00Z, duration: 6 h, step: 60 s}}
terminals:
  relay: {{kind: rf, roles: [{role}], antenna: {{diameter: 1 m}}, margin: 3 dB,
          transmit: {{frequency: {forward}, power: 20 W, bandwidth: {bandwidth},
                     modes: [{{rate: 10 kbit/s, eb_n0: 3 dB}}]}},
          receive: {{lowest: 300 MHz, highest: 30 GHz, noise_temperature: 300 K}}}}
  user: {{kind: rf, roles: [user], antenna: {{gain: 5 dBi}}, margin: 3 dB,
         transmit: {{frequency: {back}, power: 5 W, bandwidth: {bandwidth},
                    modes: [{{rate: 10 kbit/s, eb_n0: 3 dB}}]}},
         receive: {{lowest: 300 MHz, highest: 30 GHz, noise_temperature: 300 K}}}}
nodes:
  - {{name: sat, kind: spacecraft, network: moon, ipn: 10, terminals: [relay], services: [relay, navigation],
     orbit: {{type: keplerian, body: Moon, frame: MOON_EQUATOR, a: 8000 km, e: 0, i: 60 deg}}}}
  - {{name: lander, kind: site, network: moon, ipn: 2, body: Moon, latitude: {latitude}, longitude: {longitude},
     terminals: [user]}}
"""


def write(qqnet, **values: str) -> str:
    given = {
        "role": "relay",
        "forward": "2067.5 MHz",
        "back": "2245 MHz",
        "bandwidth": "1 MHz",
        "latitude": "-40 deg",
        "longitude": "178 deg",
    }
    (qqnet.folder / "mine.yaml").write_text(NETWORK.format(**(given | values)))
    return "mine.yaml"


def broken(answer: dict) -> set[tuple[str, str]]:
    return {(f["node"], f["rule"]) for f in answer["findings"] if f["ok"] is False}


def test_a_far_side_uhf_link_is_refused(qqnet):
    name = write(qqnet, forward="437.1 MHz", back="401.6 MHz")
    answer = qqnet.json("spectrum", name, code=1)
    assert answer["ok"] is False
    assert broken(answer) == {("sat", "sfcg-32-2-uhf"), ("lander", "sfcg-32-2-uhf")}
    for finding in answer["findings"]:
        assert {"node", "terminal", "rule", "status", "verified", "message"} <= finding.keys()
        assert finding["verified"] is (finding["rule"] == "ra-479")
    spoken = qqnet("spectrum", name, code=1).stdout
    assert "sfcg-32-2-uhf" in spoken
    assert "shielded" in spoken


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("-40 deg", "10 deg"), ("-88.8 deg", "123 deg"), ("0 deg", "100 deg")]
)
def test_the_same_link_outside_the_shielded_zone_passes(qqnet, latitude, longitude):
    """The near side, the pole, and a place 10 deg beyond the mean limb, where the zone has not begun then."""
    name = write(qqnet, forward="437.1 MHz", back="401.6 MHz", latitude=latitude, longitude=longitude)
    assert qqnet.json("spectrum", name)["ok"] is True


def test_the_same_link_in_s_band_passes(qqnet):
    answer = qqnet.json("spectrum", write(qqnet))
    assert answer["ok"] is True
    assert {f["rule"] for f in answer["findings"]} >= {"lnis-v5-forward", "lnis-v5-return", "sfcg-41-1"}
    assert {rule["id"] for rule in answer["rules"]} == {f["rule"] for f in answer["findings"]}
    assert "0 broken" in qqnet("spectrum", "mine.yaml", "--all").stdout


def test_a_navigation_broadcast_outside_its_band_is_refused(qqnet):
    answer = qqnet.json("spectrum", write(qqnet, role="broadcast", forward="2510 MHz"), code=1)
    assert broken(answer) == {("sat", "lnis-v5-pnt")}
    assert "2483.5-2500 MHz" in next(f["message"] for f in answer["findings"] if f["ok"] is False)
    assert qqnet.json("spectrum", write(qqnet, role="broadcast", forward="2492.028 MHz"))["ok"] is True


def test_six_megahertz_outside_ka_are_flagged(qqnet):
    answer = qqnet.json("spectrum", write(qqnet, bandwidth="6 MHz"), code=1)
    assert broken(answer) == {("sat", "sfcg-41-1"), ("lander", "sfcg-41-1")}
    wide_ka = write(qqnet, bandwidth="300 MHz", forward="23.35 GHz", back="27.25 GHz")
    assert qqnet.json("spectrum", wide_ka)["ok"] is True


def test_the_reference_network_keeps_the_rules(qqnet):
    assert qqnet.json("spectrum", "qqnet-3", "--duration", "6 h")["ok"] is True


def test_queqiao_2_talks_to_landers_in_bands_that_are_candidates_only(qqnet):
    """Its X band is published; LunaNet has no X between orbit and surface. Its UHF to the pole is in order."""
    answer = qqnet.json("spectrum", "queqiao-2", code=1)
    faults = {f["terminal"] for f in answer["findings"] if f["ok"] is False}
    assert faults == {"x-relay", "x-lander"}
    assert qqnet.json("spectrum", "queqiao-2", "--candidates")["ok"] is True


def test_candidates_are_shown_as_what_they_change(qqnet):
    name = write(qqnet, forward="7212.5 MHz", back="8475 MHz")
    answer = qqnet.json("spectrum", name, "--candidates")
    assert {(turn["node"], turn["terminal"]) for turn in answer["turns"]} == {
        ("sat", "relay"),
        ("lander", "user"),
    }
    before = [turn["before"] for turn in answer["turns"] if turn["before"]]
    assert any(finding["ok"] is False for finding in before)
    assert "would change nothing" in qqnet("spectrum", write(qqnet), "--candidates").stdout


def test_stays_in_the_zone_and_power_flux_density_are_told(qqnet):
    answer = qqnet.json("spectrum", write(qqnet))
    (stay,) = answer["zone"]
    assert (stay["node"], stay["share"]) == ("lander", 1.0)
    assert stay["first"] == "2030-01-01T00:00:00.000Z"
    near = qqnet.json("spectrum", write(qqnet, longitude="10 deg"))
    assert near["zone"] == []
    row = next(row for row in near["flux"] if row["node"] == "lander" and row["place"] == "Earth")
    assert row["limit"] == "rr-21-4-2200"
    assert row["reference_hz"] == 4e3
    assert row["margin_db"] == pytest.approx(row["limit_db_w_m2"] - row["flux_db_w_m2"])
    assert row["verified"] is False


def test_a_day_and_a_table_of_ones_own_decide_which_rules_hold(qqnet):
    name = write(qqnet, forward="425 MHz")
    assert qqnet.json("spectrum", name, "--on", "2020-01-01")["day"] == "2020-01-01"
    (qqnet.folder / "own.yaml").write_text(
        "version: 1\nrules:\n  - {id: ours, title: Ours, links: [lunar-forward], region: Moon, status: other,\n"
        "     cite: us, source: us, mark: own, bands: [{band: UHF, lowest: 420 MHz, highest: 430 MHz}]}\n"
    )
    answer = qqnet.json("spectrum", name, "--rules", "own.yaml")
    assert {f["rule"] for f in answer["findings"] if f["node"] == "sat"} >= {"ours", "sfcg-41-1"}


def test_bad_input_is_told(qqnet):
    assert "no file" in qqnet("spectrum", "nothing.yaml", code=2).stderr
    assert "2027-12-01" in qqnet("spectrum", "lunar-relay", "--on", "soon", code=2).stderr
    assert "rule table" in qqnet("spectrum", "lunar-relay", "--rules", "none.yaml", code=2).stderr
    (qqnet.folder / "bad.yaml").write_text("version: 1\nrules:\n  - {id: a, title: A}\n")
    said = qqnet("spectrum", "lunar-relay", "--rules", "bad.yaml", code=2).stderr
    assert "rules[0].links" in said
    assert "bad.yaml:3:" in said


def test_lunanet_tells_what_is_met(qqnet):
    name = write(qqnet)
    answer = qqnet.json("lunanet", name, code=1)
    states = {row["id"]: row["state"] for row in answer["interfaces"]}
    assert answer["ok"] is False
    assert states["proximity-forward-s"] == "met"
    assert [row for row, state in states.items() if state == "not met"] == ["afs-band"]
