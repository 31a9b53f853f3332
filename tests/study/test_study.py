"""A study computes what it is asked for, keeps it, and gives the same from memory and from disk."""

import json

import numpy as np
import pandas as pd
import pytest

import qqnet
from qqnet.study import keys


def test_same_results_from_memory_and_from_disk(study, folder, small):
    opened = qqnet.Study(small, folder)
    assert opened.coverage("Moon").data.identical(study.coverage("Moon").data)
    assert opened.navigation("Moon").summary(10.0) == study.navigation("Moon").summary(10.0)
    pd.testing.assert_frame_equal(opened.windows, study.windows)
    pd.testing.assert_frame_equal(opened.contacts.contacts, study.contacts.contacts)
    assert opened.contacts.nodes == study.contacts.nodes
    assert opened.contacts.endpoints == study.contacts.endpoints == {"base"}
    assert opened.routes == study.routes
    assert opened.traffic.answer() == study.traffic.answer()
    assert opened.summary == study.summary


def test_folder_holds_scenario_tables_fields_and_summary(folder, small):
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        "scenario.yaml",
        "summary.json",
        "provenance.json",
        "trajectories.npz",
        "coverage-moon.nc",
        "navigation-moon.nc",
        "windows.parquet",
        "contacts.parquet",
        "routes.json",
        "traffic.nc",
    }
    assert qqnet.load(folder / "scenario.yaml") == small
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["scenario"]["nodes"] == 9
    assert {answer["question"][:3] for answer in summary["headlines"]} >= {"Is ", "Doe", "How"}
    made = json.loads((folder / "provenance.json").read_text())
    assert set(made["stages"]) >= {"orbits", "access", "contacts", "routes", "traffic"}
    assert all(stage["seconds"] >= 0 for stage in made["stages"].values())
    # 2030 lies beyond what the IERS predicts, whichever release of its tables is installed before 2029.
    assert set(made["earth_orientation"]) == {"source", "beyond the data", "ut1_uncertainty_s"}
    assert made["earth_orientation"]["beyond the data"] == "2030-03-01T00:00:00Z to 2030-03-01T12:00:00Z"
    assert 0.03 < made["earth_orientation"]["ut1_uncertainty_s"] < 1.0


def test_open_finds_a_study_and_nothing_else(folder, small, tmp_path):
    assert qqnet.Study.open(folder).scenario == small
    with pytest.raises(qqnet.InputError, match="holds no study"):
        qqnet.Study.open(tmp_path)


def test_every_contact_lies_in_a_window_of_its_link_and_respects_acquisition(study):
    rows = study.contacts.contacts
    assert set(rows["kind"]) == {"rf", "optical", "terrestrial"}
    for name, lag in (("laser", 30.0), ("user>relay", 0.0)):
        for row in rows[rows["link"] == name].itertuples():
            index = next(
                n
                for n, pair in enumerate(study.links)
                if (pair.source, pair.target, pair.name) == (row[1], row[2], name)
            )
            windows = study.windows[study.windows["link"] == index]
            inside = (windows["start_s"] + lag <= row.start_s + 1e-6) & (row.end_s <= windows["end_s"] + 1e-6)
            assert inside.any()


def test_light_time_inside_a_contact_is_linear_to_the_tolerance(study):
    from qqnet.contacts.light_time import OWLT_TOLERANCE_S
    from qqnet.study.network import geometry

    evaluate = geometry(study)
    index = {(pair.source, pair.target, pair.name): n for n, pair in enumerate(study.links)}
    rows = study.contacts.contacts.query("kind != 'terrestrial'")
    which = np.array([index[key] for key in zip(rows["from"], rows["to"], rows["link"], strict=True)])
    for share in (0.0, 0.1, 0.25, 0.35, 0.5, 0.6, 0.75, 0.9, 1.0):
        times = (rows["start_s"] + share * (rows["end_s"] - rows["start_s"])).to_numpy()
        line = (rows["owlt_start_s"] + share * (rows["owlt_end_s"] - rows["owlt_start_s"])).to_numpy()
        assert np.abs(evaluate(which, times).owlt_s - line).max() <= 1.2 * OWLT_TOLERANCE_S


def test_rates_are_those_of_the_budget_at_either_end(study):
    from qqnet.study.budgets import budget_of

    index = {(pair.source, pair.target, pair.name): n for n, pair in enumerate(study.links)}
    rows = study.contacts.contacts.query("kind != 'terrestrial'").iloc[::7]
    for row in rows.itertuples():
        report = budget_of(study, index[row[1], row[2], row.link], 0.5 * (row.start_s + row.end_s))
        assert report.visible
        assert report.budget.rate_bps == row.rate_bps
        assert report.budget.margin_db >= row.margin_db - 0.11


def test_only_the_ground_station_has_an_atmosphere(study):
    from qqnet.study.network import links_of

    losses = {
        pair.name: [(effect.end, effect.zenith_db) for effect in link.effects]
        for pair, link in zip(study.links, links_of(study.scenario, study.links), strict=True)
    }
    assert losses["ground>down"] == [("sending", 0.5)]
    assert losses["down>ground"] == [("receiving", 0.5)]
    assert losses["user>relay"] == []


def test_routes_are_what_the_contacts_allow(study):
    rows = study.contacts.contacts
    routed = [found for found in study.routes if found.route is not None]
    assert {found.flow for found in routed} == {"science", "command"}
    for found in routed:
        assert found.route.hops[0].start_s >= found.at_s
        for hop in found.route.hops:
            row = rows.iloc[hop.contact]
            assert (row["from"], row["to"]) == (hop.from_, hop.to)
            assert row["start_s"] <= hop.start_s <= hop.end_s <= row["end_s"]


def test_unknown_body_and_unknown_node(study):
    from qqnet.study.budgets import link_report

    with pytest.raises(qqnet.InputError, match="no grid at 'Mars'"):
        study.coverage("Mars")
    with pytest.raises(qqnet.InputError, match="did you mean 'base'"):
        link_report(study, "bse", "sat-01")
    with pytest.raises(qqnet.InputError, match="no terminal of base links with one of kashi"):
        link_report(study, "base", "kashi")
    with pytest.raises(qqnet.InputError, match="outside the scenario's span"):
        link_report(study, "base", "sat-01", "2031-01-01T00:00:00Z")


def test_an_equal_area_grid_gives_nearly_the_same_answer(small):
    grid = small.grids[0]
    fine = grid.model_copy(update={"subdivisions": 3})
    equal = grid.model_copy(update={"type": "equal-area", "subdivisions": None, "points": 700})
    share, other = (
        qqnet.Study(small.model_copy(update={"grids": [one]})).coverage("Moon") for one in (fine, equal)
    )
    assert other.data.sizes["point"] == 700
    for fold in (1, 2):
        assert other.fraction_at_least(fold) == pytest.approx(share.fraction_at_least(fold), abs=0.01)


def test_gravity_delays_contacts_where_it_is_asked_for(small, study):
    asked = small.model_copy(update={"compute": small.compute.model_copy(update={"relativity": True})})
    contacts = qqnet.run(asked).contacts.contacts
    plain = study.contacts.contacts
    delay = (contacts["owlt_start_s"] - plain["owlt_start_s"]).to_numpy()
    far = (plain["kind"] != "terrestrial").to_numpy() & (plain["owlt_start_s"] > 1.0).to_numpy()
    assert far.any()
    # Between Earth and Moon the Sun costs 23 to 27 ns, within the network of the Moon less than one.
    assert np.all((delay[far] > 20e-9) & (delay[far] < 30e-9))
    assert np.all(delay[(plain["owlt_start_s"] < 0.2).to_numpy()] < 3e-9)
    same = [name for name in plain.columns if not name.startswith("owlt")]
    assert contacts[same].equals(plain[same])
    assert keys.access(asked) != keys.access(small)
