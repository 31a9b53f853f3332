"""The tables of docs/reference/json.md name just the keys that the commands print.

Each command runs as a program of its own here, so none gets by with what another has imported.
"""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"
ASKED = {
    "check": ("check", "lunar-relay"),
    "scenarios": ("scenarios",),
    "coverage": ("coverage", "lunar-relay"),
    "navigation": ("navigation", "lunar-relay"),
    "robustness": ("robustness", "lunar-relay"),
    "navigation --user": ("navigation", "qqnet-3", "--user", "south-pole-rover", "--duration", "7 h"),
    "gnss": ("gnss", "qqnet-3", "--node", "eml1", "--duration", "2 h", "--step", "30 min"),
    "compliance": ("compliance", "lunar-relay"),
    "orbits": ("orbits", "lunar-relay"),
    "od": ("od", "qqnet-3", "--duration", "3 h", "--leave-one-out"),
    "stability": ("stability", "lunar-relay", "--duration", "20 d", "--step", "6 h"),
    "stationkeep": ("stationkeep", "qqnet-3", "eml2", "--duration", "10 d", "--trials", "2"),
    "link": ("link", "lunar-relay", "rover", "relay", "--over-time"),
    "links": ("links", "lunar-relay", "--duration", "6 h", "--next-db"),
    "conjunction": ("conjunction", "qqnet-3", "--planet", "Venus", "--duration", "6 h"),
    "pointing": ("pointing", "lunar-relay", "--duration", "6 h", "--node", "relay", "--denied"),
    "spectrum": ("spectrum", "lunar-relay"),
    "lunanet": ("lunanet", "lunar-relay"),
    "weather": ("weather", "optical-downlink", "--duration", "2 d", "--years", "2"),
    "interference": ("interference", "lunar-relay", "--duration", "6 h", "--assign"),
    "family": ("family", "nrho-L2-south", "--resonance", "9:2"),
    "topology": ("topology", "lunar-relay", "--duration", "4 h"),
    "traffic": ("traffic", "lunar-relay", "--duration", "6 h", "--bundle", "lander-command:0"),
    "compare": ("compare", "later.yaml", "later.yaml"),
    "criticality": ("criticality", "later.yaml", "--jobs", "1"),
    "montecarlo": ("montecarlo", "later.yaml", "--runs", "2", "--loss", "rf=0.1", "--jobs", "1"),
    "run": ("run", "lunar-relay", "--duration", "6 h", "-o", "study"),
    "plan check": ("plan", "check", "typed.csv"),
    "plan statistics": ("plan", "statistics", "plan.csv"),
    "plan compare": ("plan", "compare", "plan.csv", "typed.csv"),
    "route": ("route", "plan.csv", "--from", "rover", "--to", "ground"),
}
PLAN = "from,to,start_s,end_s,rate_bps,owlt_s,from_ipn,to_ipn\na,b,0,9,1,1,1,2\nb,a,0,9,1,1,2,1\nc,b,5,9,1,1,3,2\n"
NO = {"plan check": 1, "plan compare": 1, "lunanet": 1, "stability": 1, "robustness": 1, "compliance": 1}
"""Exit codes of answers that are no: a few satellites do not cover the Moon, nor send LunaNet's signal."""


LATER = "version: 1\nextends: lunar-relay\nname: later\ntime: {start: 2030-01-02T02:00:00Z, duration: 4 h}\n"
"""A time at which the ground station sees the Moon."""


def documented() -> dict[str, list[tuple[str, bool]]]:
    """Keys of each command, and whether each may be missing."""
    found = {}
    for section in PAGE.read_text("utf-8").split("\n## ")[1:]:
        name, text = section.split("\n", 1)
        rows = re.findall(r"(?m)^\| (`.*?) \|", text)
        found[name] = [(key, row.endswith(" *")) for row in rows for key in re.findall(r"`([^`]+)`", row)]
    return found


def paths(data: object, path: str = "") -> set[str]:
    """Key paths of all leaves; an empty list or mapping is a leaf."""
    if isinstance(data, dict) and data:
        return {one for key, value in data.items() for one in paths(value, f"{path}.{key}" if path else key)}
    if isinstance(data, list) and data:
        return {one for value in data for one in paths(value, path + "[]")}
    return {path}


def fits(written: str, path: str) -> bool:
    pattern = re.escape(written).replace(r"\*", "[^.]+").replace("…", ".+")
    # A leaf that is empty or null stands for what would be below it.
    return bool(re.fullmatch(pattern, path)) or re.match(re.escape(path) + r"(\[|\.)", written) is not None


@pytest.mark.parametrize("command", sorted(documented()))
def test_keys_are_those_of_the_page(program, command):
    if command == "route":
        program("contacts", "lunar-relay", "-o", "plan.csv")
    if command.startswith("plan "):
        (program.folder / "plan.csv").write_text(PLAN)
        (program.folder / "typed.csv").write_text(
            PLAN.replace("b,a,0,9", "b,a,1,9").replace("c,b,5,9,1,1,3,2", "c,d,5,9,1,1,3,4")
        )
    (program.folder / "later.yaml").write_text(LATER, encoding="utf-8")
    found = paths(program.json(*ASKED[command], code=NO.get(command, 0)))
    written = documented()[command]
    unknown = [path for path in sorted(found) if not any(fits(key, path) for key, _ in written)]
    assert not unknown, f"printed and not on the page: {unknown}"
    missing = [
        key for key, optional in written if not optional and not any(fits(key, path) for path in found)
    ]
    assert not missing, f"on the page and not printed: {missing}"
