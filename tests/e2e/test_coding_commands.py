"""Codes, Doppler limits and ranging in a scenario, through the commands."""

from importlib import resources

PLAIN = """      modes:                     # the highest rate that closes with the margin is used
        - {rate: 1 Mbit/s, eb_n0: 2.5 dB}
        - {rate: 100 kbit/s, eb_n0: 2.5 dB}
        - {rate: 10 kbit/s, eb_n0: 2.5 dB}
    receive: {lowest: 2200 MHz,"""

CODED = """      BANDWIDTH
      modes:
        standard: ccsds
        codes: [ccsds-turbo-1/2-8920]
        rates: [1 Mbit/s, 10 kbit/s]
        frame_error_rate: 1.0e-4
    receive: {doppler_max: 1 Hz, lowest: 2200 MHz,"""


def _write(qqnet, bandwidth: str) -> None:
    text = (resources.files("qqnet.scenario") / "shipped" / "lunar-relay.yaml").read_text("utf-8")
    assert PLAIN in text
    (qqnet.folder / "coded.yaml").write_text(
        text.replace(PLAIN, CODED.replace("BANDWIDTH", bandwidth), 1), "utf-8"
    )


def test_a_link_beyond_the_doppler_limit_says_so(qqnet):
    _write(qqnet, "")
    answer = qqnet.json("link", "coded.yaml", "rover", "relay")
    lines = {line["name"]: line for line in answer["lines"]}
    assert not answer["closes"]
    assert abs(lines["Doppler shift"]["value"]) > 1.0
    assert lines["Doppler shift"]["source"] == "limit 1 Hz"
    assert lines["Doppler beyond the receiver's reach"]["value"] is None or answer["margin_db"] is None


def test_modes_that_are_too_wide_are_named(qqnet):
    _write(qqnet, "bandwidth: 1 MHz")
    done = qqnet("check", "coded.yaml", code=2)
    said = " ".join((done.stdout + done.stderr).split())
    assert "terminals.s-relay.transmit.bandwidth" in said
    assert "QPSK ccsds-turbo-1/2-8920 1 Mbit/s" in said
    assert "1.35" in said
