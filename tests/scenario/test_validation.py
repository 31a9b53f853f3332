"""Faults that the schema finds: each at its line and key path, in a user's words."""

from __future__ import annotations

import pytest

QUANTITY = "a length is needed, such as '9000 km'"
KINDS = "'spacecraft', 'constellation', 'site', 'ground-station', 'ephemeris'"

CASES = {
    "bare number": ("a: 7000 km", "a: 7000", "nodes[0].orbit.a", f"7000 has no unit; {QUANTITY}"),
    "quoted bare number": ("a: 7000 km", 'a: "7000"', "nodes[0].orbit.a", f"'7000' has no unit; {QUANTITY}"),
    "length in seconds": (
        "a: 7000 km",
        "a: 7000 s",
        "nodes[0].orbit.a",
        f"'7000 s' is a duration; {QUANTITY}",
    ),
    "unknown unit": (
        "a: 7000 km",
        "a: 7000 Km",
        "nodes[0].orbit.a",
        f"'7000 Km' has the unknown unit 'Km' (did you mean 'km'?); {QUANTITY}",
    ),
    "quantity as list": (
        "a: 7000 km",
        "a: [7000]",
        "nodes[0].orbit.a",
        f"is not a number with a unit; {QUANTITY}",
    ),
    "infinite quantity": (
        "a: 7000 km",
        "a: 1e999 km",
        "nodes[0].orbit.a",
        f"'1e999 km' is too large; {QUANTITY}",
    ),
    "absurd quantity": ("a: 7000 km", "a: 1e200 km", "nodes[0].orbit.a", "'1e200 km' is beyond any length"),
    "unknown key": (
        "seed: 7",
        "sede: 7",
        "sede",
        "unknown key 'sede'; did you mean 'seed'?",
    ),
    "unknown key like no other": (
        "raan: 1 deg, i: 56 deg",
        "raan: 1 deg, i: 56 deg, semi_major: 7000 km",
        "nodes[0].orbit.semi_major",
        "unknown key 'semi_major'; known are: type, body, frame, a, e, period, periapsis_altitude, "
        "apoapsis_altitude, i, raan, argp, mean_anomaly, true_anomaly, epoch, perturbations, elements",
    ),
    "missing version": ("version: 1\n", "", "version", "is missing; write 'version: 1'"),
    "wrong version": (
        "version: 1",
        "version: 2",
        "version",
        "2 is not a version of the format that this QQNet reads; write 'version: 1'",
    ),
    "version as text": (
        "version: 1",
        "version: '1'",
        "version",
        "'1' is not a version of the format that this QQNet reads; write 'version: 1'",
    ),
    "version as truth": (
        "version: 1",
        "version: true",
        "version",
        "true is not a version of the format that this QQNet reads; write 'version: 1'",
    ),
    "missing quantity": (
        ", i: 56 deg",
        "",
        "nodes[0].orbit.i",
        "is missing (inclination); an angle is needed, such as '56 deg'",
    ),
    "missing choice": (
        "type: keplerian, body: Moon, frame: MOON_OP, ",
        "type: keplerian, body: Moon, ",
        "nodes[0].orbit.frame",
        "is missing (axes of the elements); it must be one of 'ICRF', 'ECLIPJ2000', 'MOON_OP', 'MOON_EQUATOR', "
        "'EARTH_EQUATOR', 'MARS_EQUATOR', 'VENUS_EQUATOR'",
    ),
    "missing epoch": (
        'start: "2040-06-01T00:00:00Z", ',
        "",
        "time.start",
        "is missing (UTC); an example is '2040-06-01T00:00:00Z'",
    ),
    "wrong kind": (
        "kind: site",
        "kind: sit",
        "nodes[5].kind",
        f"'sit' must be one of {KINDS}; did you mean 'site'?",
    ),
    "missing kind": (
        "    kind: site\n",
        "",
        "nodes[5]",
        f"needs the key 'kind' that says what it is; it must be one of {KINDS}",
    ),
    "wrong type of orbit": (
        "type: libration-point",
        "type: halo",
        "nodes[3].orbit.type",
        "'halo' must be one of 'keplerian', 'libration-point', 'three-body', 'state', 'opm'",
    ),
    "wrong frame": (
        "frame: MOON_OP",
        "frame: MOON-OP",
        "nodes[0].orbit.frame",
        "'MOON-OP' must be one of 'ICRF', 'ECLIPJ2000', 'MOON_OP', 'MOON_EQUATOR', 'EARTH_EQUATOR', "
        "'MARS_EQUATOR', 'VENUS_EQUATOR'; did you mean 'MOON_OP'?",
    ),
    "wrong role": (
        "roles: [ground]",
        "roles: [grund]",
        "terminals.ka-ground.roles[0]",
        "'grund' must be one of 'trunk', 'crosslink', 'relay', 'user', 'downlink', 'ground', 'broadcast'; "
        "did you mean 'ground'?",
    ),
    "key given twice": ("seed: 7", "seed: 7\nseed: 8", "seed", "is given twice, first in line 8; remove one"),
    "indivisible planes": (
        "planes: 3",
        "planes: 4",
        "nodes[0].pattern.planes",
        "4 does not divide the number of satellites, 6",
    ),
    "phasing beyond planes": (
        "phasing: 1",
        "phasing: 3",
        "nodes[0].pattern.phasing",
        "3 must be from 0 to planes - 1, here 2",
    ),
    "latitude beyond the pole": (
        "latitude: -89.5 deg",
        "latitude: -90.5 deg",
        "nodes[5].latitude",
        "'-90.5 deg' must be from -90 deg to 90 deg",
    ),
    "mask beyond the zenith": (
        "mask: 6 deg",
        "mask: 91 deg",
        "nodes[7].mask",
        "'91 deg' must be above -90 deg and below 90 deg",
    ),
    "site in the ground": (
        "altitude: 55 km",
        "altitude: -55 km",
        "nodes[6].altitude",
        "'-55 km' must be -20 km or more: no place is deeper below a body's reference surface",
    ),
    "step longer than duration": (
        "step: 60 s",
        "step: 25 h",
        "time.step",
        "'25 h' must not be longer than the duration, 86400 s",
    ),
    "too many steps": (
        "step: 60 s",
        "step: 1 µs",
        "time.step",
        "'1 µs' makes 8.64e+10 steps of the duration; at most 10,000,000 are possible",
    ),
    "negative duration": ("duration: 1 d", "duration: -1 d", "time.duration", "'-1 d' must be above zero"),
    "zero duration": ("duration: 1 d", "duration: 0 d", "time.duration", "'0 d' must be above zero"),
    "not a number": (
        "e: 0.7",
        "e: .nan",
        "nodes[1].orbit.e",
        "'.nan' must be a finite number, without a unit",
    ),
    "infinity": ("e: 0.7", "e: 1e999", "nodes[1].orbit.e", "'1e999' must be a finite number, without a unit"),
    "number with a unit": (
        "e: 0.7",
        "e: 0.7 km",
        "nodes[1].orbit.e",
        "'0.7 km' must be a finite number, without a unit",
    ),
    "truth for a number": (
        "e: 0.7",
        "e: true",
        "nodes[1].orbit.e",
        "true must be a finite number, without a unit",
    ),
    "hyperbola": ("e: 0.7", "e: 1.7", "nodes[1].orbit.e", "1.7 must be below 1"),
    "large integer": (
        "ipn: 12\n",
        f"ipn: {'9' * 30}\n",
        "nodes[3].ipn",
        f"{'9' * 30} must be at most 4294967295",
    ),
    "enormous integer": (
        "ipn: 12\n",
        f"ipn: {'9' * 5000}\n",
        "nodes[3].ipn",
        f"'{'9' * 56}... must be a whole number",
    ),
    "broken integer": ("ipn: 12\n", "ipn: 12.5\n", "nodes[3].ipn", "12.5 must be a whole number"),
    "zero integer": ("ipn: 12\n", "ipn: 0\n", "nodes[3].ipn", "0 must be at least 1"),
    "truth for an integer": ("ipn: 12\n", "ipn: true\n", "nodes[3].ipn", "true must be a whole number"),
    "text for a truth": (
        "light_time: true",
        "light_time: on",
        "compute.light_time",
        "'on' must be true or false",
    ),
    "gravity without light time": (
        "compute: {light_time: true, ",
        "compute: {light_time: false, relativity: true, ",
        "compute.relativity",
        "true delays light, so it needs `light_time: true`",
    ),
    "number for a name": (
        "name: EML1",
        "name: 5",
        "nodes[3].name",
        "5 must be text; a number or a word such as true needs quotes to be text",
    ),
    "name with a blank": (
        "name: EML1",
        "name: EML 1",
        "nodes[3].name",
        "'EML 1' must be a name of letters, digits, '-', '_' and '.', first a letter or digit",
    ),
    "long name": (
        "name: EML1",
        f"name: {'E' * 65}",
        "nodes[3].name",
        f"'{'E' * 56}... must have at most 64 characters",
    ),
    "null for a mapping": (
        "compute: {light_time: true, ephemeris: packaged, route_starts: 4}",
        "compute:",
        "compute",
        "is empty; it must be a mapping of keys to values",
    ),
    "null for an item": (
        "  - {name: telemetry",
        "  -\n  - {name: telemetry",
        "flows[0]",
        "is empty; it must be a mapping of keys to values",
    ),
    "text for an item": (
        "  - {name: telemetry",
        "  - data\n  - {name: telemetry",
        "flows[0]",
        "'data' must be a mapping of keys to values",
    ),
    "text for a list": ("[LUNA, moon, ELFO]", "LUNA", "grids[0].providers", "'LUNA' must be a list"),
    "no size": (
        "a: 7000 km, e: 0,",
        "a: 7000 km,",
        "nodes[0].orbit",
        "needs its size in exactly one way: a and e; or period and e; or periapsis_altitude and apoapsis_altitude",
    ),
    "two sizes": (
        "a: 7000 km, e: 0,",
        "a: 7000 km, e: 0, period: 9 h,",
        "nodes[0].orbit",
        "needs its size in exactly one way: a and e; or period and e; or periapsis_altitude and apoapsis_altitude",
    ),
    "two anomalies": (
        "true_anomaly: 180 deg",
        "true_anomaly: 180 deg\n      mean_anomaly: 0 deg",
        "nodes[1].orbit.true_anomaly",
        "'180 deg' is given besides mean_anomaly; give one of the two",
    ),
    "apsides exchanged": (
        "periapsis_altitude: 90 km, apoapsis_altitude: 110 km",
        "periapsis_altitude: 190 km, apoapsis_altitude: 110 km",
        "nodes[2].orbit.periapsis_altitude",
        "'190 km' is above apoapsis_altitude; exchange the two",
    ),
    "seed and state": (
        "state: {x: 1.1798",
        "seed: halo, state: {x: 1.1798",
        "nodes[4].orbit",
        "needs exactly one of family, seed and state",
    ),
    "no aperture": (
        "{diameter: 35 m}",
        "{efficiency: 0.5}",
        "terminals.ka-ground.antenna",
        "needs exactly one of diameter and gain, or the type of another kind of antenna",
    ),
    "deaf and mute": (
        "    receive: {lowest: 25.5 GHz, highest: 27 GHz, noise_temperature: 120 K}\n",
        "",
        "terminals.ka-ground",
        "neither transmits nor receives; give transmit, receive or both",
    ),
    "band upside down": (
        "lowest: 390 MHz",
        "lowest: 490 MHz",
        "terminals.uhf-relay.receive.lowest",
        "'490 MHz' is not below highest; exchange the two",
    ),
    "negative loss": (
        "loss: 1 dB",
        "loss: -1 dB",
        "terminals.uhf-user.receive.loss",
        "'-1 dB' must be from 0 dB to 500 dB (a loss is written as a positive number)",
    ),
    "no modes": (
        "modes: [{rate: 8 kbit/s, eb_n0: 4.5 dB}]",
        "modes: []",
        "terminals.uhf-user.transmit.modes",
        "is empty; at least 1 must be given",
    ),
    "order of PPM": (
        "order: 16",
        "order: 17",
        "terminals.laser.transmit.modes[0].order",
        "17 must be a power of two, such as 16",
    ),
    "missing order of PPM": (
        "order: 16, ",
        "",
        "terminals.laser.transmit.modes[0].order",
        "is missing (M, slots a symbol; a power of two)",
    ),
    "missing photons": (
        "{rate: 1 Gbit/s, photons_per_bit: 30}",
        "{rate: 1 Gbit/s}",
        "terminals.laser.transmit.modes[1].photons_per_bit",
        "is missing (detected signal photons needed per information bit); or give modulation, detection, "
        "code_rate and code_gap, and it is computed",
    ),
    "terminal with a blank in its name": (
        "  uhf-user:\n",
        "  uhf user:\n",
        "terminals.uhf user",
        "'uhf user' must be a name of letters, digits, '-', '_' and '.', first a letter or digit",
    ),
    "one node on the ground": (
        "nodes: [KASHI, BEIJING]",
        "nodes: [KASHI]",
        "terrestrial[0].nodes",
        "has too few items; at least 2 must be given",
    ),
    "flow without volume": ("rate: 2 kbit/s, ", "", "flows[0]", "needs either `size` and `every`, or `rate`"),
    "flow with half a volume": (
        "size: 2 kB, every: 1 h",
        "size: 2 kB",
        "flows[2]",
        "needs either `size` and `every`, or `rate`",
    ),
    "flow that stops before it starts": (
        "stop: 20 h",
        "stop: 30 min",
        "flows[1].stop",
        "'30 min' is not after the start, 3600 s",
    ),
    "date that does not exist": (
        '"2040-05-31T12:00:00Z"',
        "2040-06-31",
        "nodes[1].orbit.epoch",
        "'2040-06-31' is no UTC date: day is out of range for month; "
        "right is UTC such as 2040-06-01T00:00:00Z or 2040-06-01 00:00:00.5",
    ),
    "number for a date": (
        '"2040-05-31T12:00:00Z"',
        "2040",
        "nodes[1].orbit.epoch",
        "2040 is not a UTC date such as '2040-06-01T00:00:00Z'",
    ),
}


@pytest.mark.parametrize(("old", "new", "path", "message"), CASES.values(), ids=CASES)
def test_a_fault_is_told_at_its_line_and_path(small, faults_of, old, new, path, message):
    if "raan" in old:
        small = small.replace("e: 0, i: 56 deg", "e: 0, raan: 1 deg, i: 56 deg")
    assert small.count(old) >= 1
    before, after = small.split(old, 1)
    found = [fault for fault in faults_of(before + new + after) if fault.path == path]
    assert [fault.message for fault in found] == [message]
    first, last = before.count("\n") + 1, (before + new).count("\n") + 1
    line = found[0].line
    assert line is not None
    if old.startswith(("    kind", "    receive")):  # the line is taken out; its mapping's first is told
        assert 1 <= line < first
    elif path == "version" and not new:
        assert line == 1
    else:
        assert first <= line <= last


def test_missing_keys_are_told_at_the_line_of_their_mapping(small, faults_of):
    (fault,) = faults_of(small.replace("- name: EML1\n    kind", "- kind"))
    assert (fault.path, fault.message) == ("nodes[3].name", "is missing")
    assert fault.line == small[: small.index("- name: EML1")].count("\n") + 1


def test_missing_sections_are_told_at_the_top(faults_of):
    faults = faults_of("version: 1\nname: x\n")
    assert [(fault.path, fault.line, fault.message) for fault in faults] == [
        ("time", 1, "is missing"),
        ("nodes", 1, "is missing"),
    ]


def test_empty_sections_are_told(faults_of):
    text = (
        "version: 1\nname: x\ntime: {start: 2040-01-01, duration: 1 d}\nnodes: []\nflows:\nterminals:\n  a:\n"
    )
    assert [(fault.path, fault.line, fault.message) for fault in faults_of(text)] == [
        ("nodes", 4, "is empty; at least one is needed"),
        ("flows", 5, "is empty; it must be a list"),
        ("terminals.a", 7, "is empty; it must be a mapping of keys to values"),
    ]


def test_a_key_that_spells_out_a_symbol_is_understood(small, faults_of):
    faults = faults_of(small.replace("i: 62.4 deg", "inclination: 62.4 deg"))
    assert faults[-1].message == "unknown key 'inclination'; did you mean 'i' (inclination)?"


def test_no_message_holds_the_jargon_of_the_validator(small, faults_of):
    jargon = (
        "Input should",
        "input_value",
        "valid dictionary",
        "discriminator",
        "pydantic",
        "Field required",
        "ppm.",
    )
    for old, new, _, _ in CASES.values():
        for fault in faults_of(small.replace(old, new, 1)) if old in small else ():
            assert not any(word in fault.message + fault.path for word in jargon), fault


def test_values_are_kept_as_written(small, faults_of):
    (fault,) = faults_of(small.replace("a: 7000 km", "a: 7000"))
    assert fault.value == 7000
    (fault,) = faults_of(small.replace("a: 7000 km", "a: 1700 km"))
    assert fault.value == "1700 km"


def test_a_flood_of_faults_ends(faults_of):
    """Five thousand bad items: the first thousand are told, and that there may be more."""
    faults = faults_of("version: 1\nname: x\nnodes:\n" + "  - 1\n" * 5000)
    assert len(faults) == 1001
    assert "more faults may follow" in faults[-1].message
