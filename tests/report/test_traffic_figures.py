import pytest

from qqnet.errors import InputError
from qqnet.report.traffic_figures import FIGURES, constellations, write_traffic_figures


def test_every_picture_is_written_into_a_new_folder(mars_study, tmp_path):
    folder = tmp_path / "new" / "pictures"
    written = write_traffic_figures(
        mars_study.traffic, mars_study.contacts, folder, constellations(mars_study.scenario)
    )
    assert [path.name for path in written] == [f"{name}.png" for name in FIGURES]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.iterdir())


def test_a_folder_that_cannot_be_made_is_named(mars_study, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="taken"):
        write_traffic_figures(mars_study.traffic, mars_study.contacts, tmp_path / "taken")


def test_members_belong_to_their_constellation(mars_study):
    groups = constellations(mars_study.scenario)
    assert groups["mars-sat-03"] == "mars-sat"
    assert groups["ilrs"] == "ilrs"
