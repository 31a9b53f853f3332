"""Models of the atmosphere in a scenario: what is read, and what is refused where."""

from __future__ import annotations

from pathlib import Path

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.atmosphere import ItuAtmosphere
from qqnet.scenario.loading import from_text
from qqnet.scenario.terminals import RfTerminal

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
ZENITH = "    zenith_attenuation: 0.3 dB\n"
ITU = "    atmosphere: {model: itu-r, availability: 99 %}\n"


def _with(change: str, *others: tuple[str, str]) -> str:
    text = SMALL.replace(ZENITH, change)
    for old, new in others:
        assert old in text
        text = text.replace(old, new)
    return text


def test_what_is_written_is_what_is_read() -> None:
    terminal = from_text(_with(ITU)).terminals["ka-ground"]
    assert isinstance(terminal, RfTerminal)
    assert terminal.atmosphere == ItuAtmosphere(model="itu-r", availability="99 %")
    assert terminal.atmosphere is not None
    assert terminal.atmosphere.exceeded_percent == 1.0
    assert (terminal.atmosphere.rain, terminal.atmosphere.clouds) == (True, True)
    assert terminal.atmosphere.scintillation
    again = ItuAtmosphere.model_validate(terminal.atmosphere.model_dump())
    assert again == terminal.atmosphere


@pytest.mark.parametrize(("text", "exceeded"), [("99.9 %", 0.1), ("99.99 %", 0.01), ("95%", 5.0)])
def test_availability_and_what_exceeds_it(text: str, exceeded: float) -> None:
    assert ItuAtmosphere.model_validate({"model": "itu-r", "availability": text}).exceeded_percent == exceeded


CASES = {
    "both": (ZENITH + ITU, (), "terminals.ka-ground.atmosphere", "contradicts zenith_attenuation; leave one"),
    "no unit": (
        ITU.replace("99 %", "0.99"), (), "terminals.ka-ground.atmosphere.availability",
        "0.99 has no unit; a share is needed, such as '65 %'",
    ),
    "beyond the range": (
        ITU.replace("99 %", "99.9999 %"), (), "terminals.ka-ground.atmosphere.availability",
        "must be from 50 % to 99.999 %, the range of ITU-R P.618",
    ),
    "rain for little": (
        ITU.replace("99 %", "90 %"), (), "terminals.ka-ground.atmosphere.availability",
        "is below 95 %, from where on rain of ITU-R P.618 holds; ask for that much, or say 'rain: false'",
    ),
    "scintillation for much": (
        ITU.replace("99 %", "99.995 %"), (), "terminals.ka-ground.atmosphere.availability",
        "is above 99.99 %, up to which scintillation of ITU-R P.618 holds; ask for less, or say "
        "'scintillation: false'",
    ),
    "carrier": (
        ITU, (("highest: 27 GHz", "highest: 67 GHz"),), "terminals.ka-ground.receive.highest",
        "is 67 GHz, and ITU-R P.618 holds from 1 to 55 GHz; state a zenith_attenuation instead of the atmosphere",
    ),
    "low": (
        ITU, (("minimum_elevation: 10 deg", "minimum_elevation: 3 deg"),), "terminals.ka-ground.minimum_elevation",
        "is below 5 deg, from where on the atmosphere of 'ka-ground' (ITU-R P.618) holds; use 5 deg or more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_faults_are_named(case: str) -> None:
    change, others, path, message = CASES[case]
    with pytest.raises(ScenarioError) as caught:
        from_text(_with(change, *others))
    found = [fault for fault in caught.value.faults if fault.path == path]
    assert found, [(fault.path, fault.message) for fault in caught.value.faults]
    assert message in found[0].message


MARS = """
  - {name: MARSBASE, kind: site, ipn: 900, body: Mars, latitude: 10 deg, longitude: 0 deg, terminals: [ka-ground]}
  - {name: KITE, kind: site, ipn: 901, body: Earth, latitude: 10 deg, longitude: 0 deg, altitude: 22 km,
     drift: 5 deg/d, mask: 2 deg, terminals: [ka-ground]}
"""


def test_it_is_made_for_places_on_the_earth() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_text(_with(ITU, ("nodes:\n", "nodes:" + MARS), ("    minimum_elevation: 10 deg\n", "")))
    found = {fault.path: fault.message for fault in caught.value.faults}
    assert "computes the Earth's atmosphere and stands on Mars" in found["nodes[0].terminals[0]"]
    assert "is that of a balloon" in found["nodes[1].drift"]
    assert "is above 10 km, up to where" in found["nodes[1].altitude"]
    assert "is below 5 deg" in found["nodes[1].mask"]
