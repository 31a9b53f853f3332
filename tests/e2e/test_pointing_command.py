"""`qqnet pointing`: who points where, and who was denied."""

from __future__ import annotations

SPAN = ("--duration", "6 h")


def test_use_of_beams(qqnet):
    answer = qqnet.json("pointing", "lunar-relay", *SPAN)
    assert answer["policy"] == "connected"
    assert 0.0 < answer["denied_fraction"] < 1.0
    rows = {(row["node"], row["terminal"]): row for row in answer["terminals"]}
    assert rows["lander", "s-user"]["beams"] == rows["lander", "s-user"]["peak"] == 1
    assert all(row["peak"] <= row["beams"] and 0.0 <= row["use_mean"] <= 1.0 for row in answer["terminals"])
    assert "pointings" not in answer
    assert "denied" not in answer


def test_who_was_denied_and_why(qqnet):
    answer = qqnet.json("pointing", "lunar-relay", *SPAN, "--node", "lander", "--denied")
    assert {row["node"] for row in answer["terminals"]} == {"lander"}
    ours = [row for row in answer["pointings"] if "lander" in (row["a"], row["b"])]
    assert ours == answer["pointings"] != []
    for row in answer["denied"]:
        end = "a" if row["a"] == "lander" else "b"
        held = [one for one in ours if one["start_s"] <= row["start_s"] < one["end_s"]]
        # Whoever was denied the lander's one beam was told who had it.
        assert (f"{end} full" in row["why"]) == bool(held)
        assert len(row[f"{end}_busy"]) == len(held)


def test_a_scenario_without_numbers_of_beams(qqnet, tmp_path):
    free = "".join(
        f"  {name}: {{beams: null}}\n" for name in ("s-relay", "s-user", "laser-crosslink", "ka-downlink")
    )
    file = tmp_path / "free.yaml"
    file.write_text(
        f"version: 1\nextends: lunar-relay\nname: free\nterminals:\n{free}  ka-ground: {{beams: null}}\n"
    )
    said = qqnet("pointing", str(file), *SPAN, code=2).stderr
    assert "give 'beams' to a terminal" in said


def test_an_unknown_node_is_named(qqnet):
    assert "did you mean" in qqnet("pointing", "lunar-relay", *SPAN, "--node", "landr", code=2).stderr
