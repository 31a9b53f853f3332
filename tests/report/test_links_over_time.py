import numpy as np
import pytest

from qqnet.report.links_over_time import GatheredContacts


@pytest.fixture(scope="module")
def gathered(mars_study):
    return GatheredContacts(mars_study.scenario, mars_study.contacts)


def test_rows_hold_every_contact_through_space(mars_study, gathered):
    kinds = mars_study.contacts.contacts["kind"]
    assert len(gathered.rows) == (kinds != "terrestrial").sum()
    assert not gathered.rows[["a", "b", "a_home", "b_home"]].isna().any().any()


def test_a_trunk_row_is_up_when_any_of_its_contacts_is(gathered):
    rows = {row.label: row for row in gathered.trunk_rows()}
    row = rows["earth-staging – mars-staging, laser"]
    contacts = gathered.rows
    chosen = contacts[
        contacts["a"].isin(["earth-staging", "mars-staging"])
        & contacts["b"].isin(["earth-staging", "mars-staging"])
        & (contacts["a"] != contacts["b"])
        & (contacts["kind"] == "optical")
    ]
    start, stop = chosen["start_s"].min(), chosen["end_s"].max()
    times = np.linspace(start, stop, 500)[1:-1]

    def up(starts, ends):
        return ((starts <= times[:, None]) & (times[:, None] < ends)).any(axis=1)

    np.testing.assert_array_equal(
        up(row.start_s, row.end_s), up(chosen["start_s"].to_numpy(), chosen["end_s"].to_numpy())
    )
    assert row.values.max() == chosen["rate_bps"].max()


def test_stations_and_users_have_their_rows(gathered):
    assert "mars-base – relays" in {row.label for row in gathered.user_rows()}
    assert all(len(row.start_s) for row in gathered.user_rows())
    assert {row.label for row in gathered.station_rows()} <= {
        f"{name} – space" for name in ("beijing", "jiamusi", "neuquen", "madrid")
    }
    assert gathered.station_rows()
