"""The atmosphere above a station, as a user asks for it, sees it and gets it wrong."""

SCENARIO = """
version: 1
name: air
time: {start: 2030-03-01T00:00:00Z, duration: 1 d, step: 10 min}
terminals:
  up: {kind: rf, roles: [ground], antenna: {diameter: 18 m}, minimum_elevation: MASK,
       transmit: {frequency: CARRIER, power: 100 W, modes: [{rate: 1 Mbit/s, eb_n0: 2 dB}]},
       atmosphere: {model: itu-r, availability: AVAILABLE}}
  space: {kind: rf, roles: [downlink], antenna: {diameter: 1 m},
          receive: {lowest: 0.4 GHz, highest: 60 GHz, noise_temperature: 400 K}}
nodes:
  - {name: moon-orbiter, kind: spacecraft, ipn: 10, terminals: [space],
     orbit: {type: keplerian, body: Moon, frame: MOON_OP, a: 12000 km, e: 0, i: 56 deg}}
  - {name: madrid, kind: ground-station, latitude: 40.43 deg, longitude: -4.25 deg, ipn: 3, terminals: [up]}
"""
GOOD = {"MASK": "10 deg", "CARRIER": "22.85 GHz", "AVAILABLE": "99.5 %"}


def _write(qqnet, **changes: str) -> None:
    text = SCENARIO
    for key, value in {**GOOD, **changes}.items():
        text = text.replace(key, value)
    (qqnet.folder / "air.yaml").write_text(text, encoding="utf-8")


def test_a_budget_names_gases_clouds_rain_and_scintillation(qqnet):
    _write(qqnet)
    answer = qqnet.json("link", "air.yaml", "madrid", "moon-orbiter", "--at", "2030-03-01T04:00:00Z")
    lines = {line["name"]: line for line in answer["lines"]}
    parts = [lines[f"{part} above the sending end"] for part in ("Gases", "Clouds", "Rain")]
    assert all(line["value"] < 0.0 and line["unit"] == "dB" for line in parts)
    assert [line["source"][:11] for line in parts] == ["ITU-R P.676", "ITU-R P.840", "ITU-R P.618"]
    assert "exceeded for 0.5 % of a year" in parts[2]["source"]


def test_outside_of_the_models_is_refused_with_the_range(qqnet):
    """Each for itself in tests/scenario/test_atmosphere.py; here with the exit code and the place."""
    _write(qqnet, MASK="4 deg", CARRIER="437 MHz")
    said = qqnet("check", "air.yaml", code=2).stderr
    assert (
        "terminals.up.transmit.frequency: '437 MHz' is 0.437 GHz, and ITU-R P.618 holds from 1 to 55 GHz"
        in said
    )
    _write(qqnet, MASK="4 deg")
    said = qqnet("check", "air.yaml", code=2).stderr
    assert "terminals.up.minimum_elevation" in said
    assert "use 5 deg or more" in said
