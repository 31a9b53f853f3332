"""From a name or a file to a scenario: what is found, what is refused, what extends what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from qqnet.errors import InputError, ScenarioError
from qqnet.scenario.document import LARGEST_FILE
from qqnet.scenario.loading import from_text, load, shipped, shipped_text

SMALL = Path(__file__).parent / "small.yaml"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty current directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_loaded_by_path_or_text(folder, small):
    (folder / "net.yaml").write_text(small, encoding="utf-8")
    scenario = load(folder / "net.yaml")
    assert scenario == load("net.yaml") == load(str(folder / "net.yaml")) == from_text(small)
    assert scenario.directory == folder
    assert scenario.name == "small"


def test_json_is_the_same_as_yaml(folder, small):
    class Plain(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012
            key: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
            for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    data = yaml.load(small, Loader=Plain)
    for indent in (None, 2, "\t"):
        (folder / "net.json").write_text(json.dumps(data, indent=indent), encoding="utf-8")
        assert load("net.json") == from_text(small)


def test_a_byte_order_mark_and_line_ends_do_not_matter(folder, small):
    (folder / "net.yaml").write_bytes(b"\xef\xbb\xbf" + small.replace("\n", "\r\n").encode())
    assert load("net.yaml") == from_text(small)


REFUSED = {
    "missing file": (None, "there is no file 'net.yaml', and no scenario of that name is shipped; "),
    "folder": ("folder", "'net.yaml' is a folder; a scenario is a YAML or JSON file, or one of: "),
    "not UTF-8": ("name: Neuquén\n# Neuquén".encode("latin-1"), "'net.yaml' is not UTF-8 text (line 1); "),
    "UTF-16": (
        "version: 1".encode("utf-16"),
        "'net.yaml' is not UTF-8 text (line 1); a scenario is YAML or JSON",
    ),
    "binary garbage": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe",
        "'net.yaml' is not UTF-8 text (line 1); ",
    ),
    "zeros": (bytes(100), "net.yaml:1: holds the character U+0000, which YAML does not allow"),
    "empty": (b"", "net.yaml:1: is empty; a scenario starts with 'version: 1'"),
    "too large": (b"#" * (LARGEST_FILE + 1), "'net.yaml' is larger than 16 MiB; no scenario is that large"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_scenario_file_is_refused(folder, content, words):
    path = folder / "net.yaml"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises((InputError, ScenarioError)) as caught:
        load("net.yaml")
    assert str(caught.value).startswith(words)


def test_the_largest_file_is_refused_by_its_content_in_seconds(folder):
    (folder / "net.yaml").write_bytes(b"a: b\n" + b"#" * (LARGEST_FILE - 6) + b"\n")
    start = time.perf_counter()
    with pytest.raises(ScenarioError, match="unknown key 'a'"):
        load("net.yaml")
    assert time.perf_counter() - start < 10.0


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "", "no/such/folder/net.yaml"])
def test_odd_names_are_refused(folder, name):
    with pytest.raises(InputError):
        load(name)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless file")
def test_an_endless_file_ends():
    with pytest.raises(InputError, match="larger than 16 MiB"):
        load("/dev/zero")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(folder, small):
    (folder / "net.yaml").write_text(small, encoding="utf-8")
    (folder / "net.yaml").chmod(0)
    with pytest.raises(InputError, match=r"'net\.yaml' cannot be read: Permission denied"):
        load("net.yaml")


def test_shipped_scenarios_are_listed_and_read():
    for name in shipped():
        assert shipped_text(name)
    with pytest.raises(InputError, match="unknown scenario 'no-such'"):
        shipped_text("no-such")


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_are_valid(name):
    scenario = load(name)
    assert scenario.name == name
    assert from_text(scenario.to_yaml()) == scenario


def test_a_misspelt_shipped_name_is_guessed(folder):
    for name in shipped():
        with pytest.raises(InputError, match=f"did you mean '{name}'"):
            load(name + "x")


def test_a_folder_named_as_a_shipped_scenario_does_not_hide_it(folder):
    """A study is often written to a folder of the scenario's name."""
    for name in shipped()[:1]:
        (folder / name).mkdir()
        assert load(name).name == name


class TestExtends:
    def test_sections_join_and_named_items_join_by_name(self, folder, small):
        (folder / "base.yaml").write_text(small, encoding="utf-8")
        top = (
            "extends: base.yaml\nname: other\ntime: {duration: 2 d}\nnodes:\n"
            "  - {name: BASE, latitude: -88 deg}\n"
            "  - {name: NEW, kind: ground-station, ipn: 40, latitude: 0 deg, longitude: 0 deg}\n"
            "terminals: {laser: {margin: 6 dB}}\n"
        )
        (folder / "top.yaml").write_text(top, encoding="utf-8")
        base, joined = load("base.yaml"), load("top.yaml")
        assert (joined.name, joined.time.duration, joined.time.start) == ("other", 172800.0, base.time.start)
        assert joined.node_names == [*base.node_names, "NEW"]
        assert joined.entry("BASE").latitude == pytest.approx(-88 * 3.141592653589793 / 180)
        assert joined.entry("BASE").longitude == base.entry("BASE").longitude
        assert joined.terminals["laser"].margin == 6.0
        assert joined.terminals["laser"].wavelength == base.terminals["laser"].wavelength
        assert joined.flows == base.flows

    def test_a_part_of_another_kind_replaces(self, folder, small):
        (folder / "base.yaml").write_text(small, encoding="utf-8")
        orbit = "{type: libration-point, system: Sun-Earth, point: L2}"
        top = f"extends: base.yaml\nnodes:\n  - name: LOW\n    orbit: {orbit}\n"
        assert from_text(top, directory=folder).entry("LOW").orbit.point == "L2"

    def test_lines_are_those_of_the_file_that_holds_the_fault(self, folder, small):
        (folder / "base.yaml").write_text(small.replace("a: 7000 km", "a: 7000"), encoding="utf-8")
        (folder / "top.yaml").write_text(
            "extends: base.yaml\nnodes:\n  - {name: BASE, mask: 91 deg}\n", encoding="utf-8"
        )
        with pytest.raises(ScenarioError) as caught:
            load("top.yaml")
        line = small[: small.index("a: 7000 km")].count("\n") + 1
        assert str(caught.value).splitlines() == [
            "top.yaml:3: nodes[5].mask: '91 deg' must be above -90 deg and below 90 deg",
            f"base.yaml:{line}: nodes[0].orbit.a: 7000 has no unit; a length is needed, such as '9000 km'",
        ]

    @pytest.mark.parametrize("files", [("a",), ("a", "b"), ("a", "b", "c")])
    def test_loops_end(self, folder, files):
        for name, base in zip(files, [*files[1:], files[0]], strict=True):
            (folder / f"{name}.yaml").write_text(f"extends: ./{base}.yaml\n", encoding="utf-8")
        with pytest.raises(ScenarioError, match=rf"{files[-1]}\.yaml:1: extends: '\./a\.yaml' leads back"):
            load("a.yaml")

    def test_long_chains_end(self, folder):
        for n in range(12):
            (folder / f"{n}.yaml").write_text(f"extends: {n + 1}.yaml\n", encoding="utf-8")
        with pytest.raises(ScenarioError, match="makes a chain of more than 8 scenarios"):
            load("0.yaml")

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("gone.yaml", "extends: there is no file 'gone.yaml'"),
            ("5", "extends: 5 must be text: the name of a shipped scenario, or a file"),
            ("[a]", "extends: must be text: the name of a shipped scenario, or a file"),
            (".", "extends: '.' is a folder"),
        ],
    )
    def test_a_base_that_is_none_is_refused(self, folder, name, words):
        (folder / "top.yaml").write_text(f"# top\nextends: {name}\n", encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load("top.yaml")
        assert str(caught.value).startswith(f"top.yaml:2: {words}")

    def test_names_are_relative_to_the_file_that_holds_them(self, folder, small):
        """A scenario that extends one in another folder finds that one's base and its files."""
        deep = folder / "far" / "away"
        deep.mkdir(parents=True)
        node = "  - {name: X, kind: ephemeris, ipn: 50, file: x.oem}\n"
        (deep / "small.yaml").write_text(small, encoding="utf-8")
        (deep / "x.oem").write_text("CCSDS_OEM_VERS = 2.0\n", encoding="utf-8")
        (deep / "base.yaml").write_text(f"extends: small.yaml\nnodes:\n{node}", encoding="utf-8")
        (folder / "top.yaml").write_text("extends: far/away/base.yaml\nname: top\n", encoding="utf-8")
        scenario = load("top.yaml")
        assert scenario.directory == folder
        assert (scenario.directory / scenario.entry("X").file).read_text(encoding="utf-8").startswith("CCSDS")

    def test_a_shipped_scenario_can_be_extended(self, folder):
        for name in shipped()[:1]:
            (folder / "mine.yaml").write_text(f"extends: {name}\nname: mine\n", encoding="utf-8")
            assert load("mine.yaml").nodes == load(name).nodes


def large(nodes: int) -> str:
    """A valid scenario of some ten lines a node."""
    text = SMALL.read_text(encoding="utf-8")
    orbit = "{type: keplerian, body: Moon, frame: MOON_OP, a: 7000 km, e: 0.1, i: 56 deg}"
    more = "".join(
        f"  - name: SAT{n:04d}\n    kind: spacecraft\n    ipn: {1000 + n}\n    network: moon\n"
        f"    terminals:\n      - laser\n      - uhf-relay\n    services: [relay]\n    description: number {n}\n"
        f"    orbit: {orbit}\n"
        for n in range(nodes)
    )
    return text.replace("terrestrial:\n", more + "terrestrial:\n")


def test_a_thousand_lines_load_in_a_third_of_a_second(folder):
    """After the imports; measured in a process of its own, best of three."""
    text = large(90)
    assert 1000 < text.count("\n") < 1200
    (folder / "large.yaml").write_text(text, encoding="utf-8")
    code = (
        "import sys, time\nfrom qqnet.scenario.loading import load\n"
        "load(sys.argv[1])\nbest = 9.0\nfor n in range(3):\n"
        "    start = time.perf_counter()\n    load(sys.argv[2])\n"
        "    best = min(best, time.perf_counter() - start)\n"
        "print(best)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SMALL), "large.yaml"], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 0.3
