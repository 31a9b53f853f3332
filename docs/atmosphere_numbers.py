"""Compute the numbers of the page on the atmosphere, and write the tables that it includes.

    .venv/bin/python docs/atmosphere_numbers.py

It takes about a minute, most of it for the contact plan of `qqnet-3` with and without the model.
"""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pointing_numbers import unlimited

import qqnet
from qqnet.links.itu import parts_db, rain_db
from qqnet.links.itu_carriers import Carrier
from qqnet.links.itu_stations import Station, itur_models, quiet
from qqnet.links.rain_series import rain_law, rain_process
from qqnet.links.slant import slant_table
from qqnet.links.troposphere import sky_noise_k
from qqnet.links.venus_air import venus_zenith_loss_db
from qqnet.scenario.loading import from_text

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "_include"
SHIPPED = ROOT / "src" / "qqnet" / "scenario" / "shipped" / "qqnet-3.yaml"
STATIONS = ("jiamusi", "kashi", "neuquen", "goldstone", "madrid", "canberra")
SIMPLE = {"99 %": "0.6 dB", "99.9 %": "0.1 dB"}
"""Zenith attenuations that `qqnet-3` had before, by the availability that it has now."""

CARRIERS = {"X": (8.475e9, 0.1, 14.5), "Ka": (26.25e9, 1.0, 13.3)}
"""Carrier [Hz], percentage, and effective diameter [m] of the 18 m antennas."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def station_of(scenario: qqnet.Scenario, name: str) -> Station:
    """Return a ground station as the models see it."""
    node = next(node for node in scenario.nodes if node.name == name)
    return Station(node.latitude, node.longitude, node.altitude or None)


def stations(scenario: qqnet.Scenario) -> Iterator[list[str]]:
    """Attenuation and noise at 20 deg, above the stations of `qqnet-3`."""
    for name in STATIONS:
        station = station_of(scenario, name)
        row = [name, f"{station.height_above_sea_km:.2f}", f"{station.rain_rate_mm_h:.0f}"]
        for frequency, percent, aperture in CARRIERS.values():
            parts = slant_table(station, Carrier(frequency, percent, aperture)).parts(math.radians(20.0))
            each = (parts.gases, parts.clouds, parts.rain, parts.scintillation)
            noise = float(sky_noise_k(parts.gases + parts.clouds + parts.rain))
            row += [
                " + ".join(f"{float(part):.2f}" for part in each),
                f"{float(parts.total):.1f}",
                f"{noise:.0f}",
            ]
        yield row


def volumes(scenario: qqnet.Scenario) -> pd.DataFrame:
    """Gigabytes that each ground link of each station could carry with a beam for all, and hours it is there."""
    study = qqnet.Study(unlimited(scenario))
    rows = study.contacts.contacts.query("kind == 'rf'")
    station = np.where(rows["from"].isin(STATIONS), rows["from"], rows["to"])
    seconds = rows["end_s"] - rows["start_s"]
    found = pd.DataFrame(
        {
            "link": rows["link"],
            "station": station,
            "hours": seconds / 3600,
            "gb": rows["rate_bps"] * seconds / 8e9,
        }
    )
    return found[found["station"].isin(STATIONS)].groupby(["link", "station"])[["hours", "gb"]].sum()


def network(scenario: qqnet.Scenario) -> Iterator[list[str]]:
    """What the model changes in `qqnet-3`: volume of a week over that with a zenith attenuation."""
    text = SHIPPED.read_text(encoding="utf-8")
    for availability, zenith in SIMPLE.items():
        text = text.replace(
            f"atmosphere: {{model: itu-r, availability: {availability}}}", f"zenith_attenuation: {zenith}"
        )
    text = re.sub(r"atmosphere\.availability: .*", "zenith_attenuation: Clear air and thin cloud", text)
    before, after = volumes(from_text(text, directory=SHIPPED.parent)), volumes(scenario)
    share = after["gb"] / before["gb"]
    for link in share.index.unique("link"):
        yield [str(link), *(f"{100 * share[link, name]:.1f} %" for name in STATIONS)]


def checks() -> Iterator[list[str]]:
    """Comparisons with references."""
    path = ROOT / "tests" / "validation" / "test_itu_attenuation.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    worst = dict.fromkeys(("gases", "clouds", "rain", "scintillation", "total"), 0.0)
    for one in theirs.EXAMPLES:
        carrier = Carrier(one.ghz * 1e9, one.percent, math.sqrt(0.65), tilt_rad=math.radians(one.tilt_deg))
        place = Station(math.radians(one.latitude_deg), math.radians(one.longitude_deg), one.height_km)
        parts = parts_db(place, carrier, math.radians(one.elevation_deg))
        for name in worst:
            worst[name] = max(worst[name], abs(float(getattr(parts, name)) - getattr(one, name)))
    examples = f"{len(theirs.EXAMPLES)} validation examples of ITU-R SG 3 (CG-3M3J-13, rev. 5.1; secondary)"
    for name, error in worst.items():
        yield [f"Attenuation, {name}", examples, f"{error:.1g} dB"]
    jiamusi = Station(math.radians(46.4939), math.radians(130.7706))
    ka = Carrier(26.25e9, 1.0, 13.3)
    elevation = np.array([5.0, 12.0, 24.0, 26.0, 60.0, 89.0])
    top = jiamusi.rain_height_km - jiamusi.height_above_sea_km
    own = [theirs._rain_db(46.4939, ka, el, top, jiamusi.rain_rate_mm_h) for el in elevation]
    error = np.abs(rain_db(jiamusi, ka, np.radians(elevation)) / own - 1.0).max()
    yield [
        "Rain at Jiamusi, 26.25 GHz, six elevations",
        "P.618 and P.838 written anew",
        f"{error:.1g} relative",
    ]
    clouds = [
        float(parts_db(jiamusi, Carrier(26.25e9, percent, 13.3), math.radians(20.0)).clouds)
        for percent in (1.0, 5.0)
    ]
    yield [
        "Clouds at Jiamusi, 26.25 GHz, 20 deg, exceeded for 1 %",
        f"P.618-14, which takes those of 5 % below 5 %: {clouds[1]:.2f} dB",
        f"{clouds[0]:.2f} dB",
    ]
    dense = np.radians(np.linspace(5.0, 90.0, 50_001))
    error = np.abs(slant_table(jiamusi, ka).parts(dense).total - parts_db(jiamusi, ka, dense).total).max()
    yield ["Table by elevation at Jiamusi, 50 001 elevations", "itur at each", f"{error:.1g} dB"]
    gas = itur_models().p676.gaseous_attenuation_slant_path
    for ghz, el in ((8.45, 10.0), (26.25, 10.0), (26.25, 5.0)):
        with quiet():
            near, exact = (
                float(gas(ghz, el, 7.5, 1013.25, 288.15, mode=mode).value) for mode in ("approx", "exact")
            )
        yield [
            f"Gases at {ghz:g} GHz, {el:g} deg, standard atmosphere",
            f"P.676 line by line, bent ray: {exact:.3f} dB",
            f"{near:.3f} dB",
        ]


def drawn() -> Iterator[list[str]]:
    """Share of 20 years of drawn rain above what P.618 has for a percentage."""
    for name, latitude, longitude in (("Jiamusi", 46.4939, 130.7706), ("Kashi", 38.4214, 76.7144)):
        station = Station(math.radians(latitude), math.radians(longitude))
        state = rain_process(11, station, np.arange(0.0, 20 * 365.25 * 86400.0, 650.0))
        at = np.full(state.shape, math.radians(25.0))
        loss = rain_law(station, 26.25e9, math.pi / 4).loss_db(state, at)
        for percent in (0.1, 1.0, 3.0):
            level = float(rain_db(station, Carrier(26.25e9, percent, 1.0), at[:1])[0])
            found = 100.0 * float(np.mean(loss > level))
            yield [name, f"{percent:g} %", f"{level:.2f} dB", f"{found:.3g} %"]


def venus() -> Iterator[list[str]]:
    """Attenuation at zenith by the gases of Venus."""
    for height in (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 55.0):
        losses = (venus_zenith_loss_db(height, frequency) for frequency in (2.245e9, 8.425e9, 27.25e9))
        yield [f"{height:g}", *(f"{float(loss):.2g}" for loss in losses)]


def write(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write one table."""
    (OUT / f"atmosphere_{name}.md").write_text(table(head, rows), encoding="utf-8")


def main() -> None:
    """Write all tables."""
    scenario = qqnet.load("qqnet-3")
    head = ["station", "height [km]", "rain for 0.01 % [mm/h]"]
    head += [f"{band} {what}" for band in CARRIERS for what in ("parts [dB]", "total [dB]", "noise [K]")]
    write("stations", head, stations(scenario))
    write("checks", ["quantity", "reference", "found"], checks())
    write("drawn", ["station", "of the year", "P.618 exceeds", "drawn rain exceeds that for"], drawn())
    write("venus", ["height [km]", "S, 2.245 GHz [dB]", "X, 8.425 GHz [dB]", "Ka, 27.25 GHz [dB]"], venus())
    write("network", ["link", *STATIONS], network(scenario))


if __name__ == "__main__":
    main()
