"""Tables: the shipped ones hold what was published; a wrong one is named with line, key and value."""

import pytest

from qqnet.compliance.loading import load_table, shipped_tables, table_from_text
from qqnet.compliance.measures import _MEASURES
from qqnet.compliance.quantities import QUANTITIES
from qqnet.errors import InputError


@pytest.mark.parametrize("name", shipped_tables())
def test_shipped_tables_read(name):
    table = load_table(name)
    assert table.name == name
    assert all(one.source and one.title for one in table.requirements)


def test_every_quantity_has_a_measure():
    assert QUANTITIES.keys() == _MEASURES.keys()


def test_values_are_in_internal_units():
    found = {one.id: one.limit for one in load_table("scan-demand").requirements}
    assert found["relay-availability-2032"] == 0.9
    assert found["return-rate-2033"] == 850e6
    assert found["data-2028"] == pytest.approx(100e9 * 8 / 86400, rel=1e-12)
    assert found["position-2032"] == pytest.approx(0.025, rel=1e-12)
    assert found["time-2028"] == pytest.approx(1e-6, rel=1e-12)
    sise = {one.id: one.limit for one in load_table("lcrns-srd").requirements}
    assert sise["sise-position"] == pytest.approx(0.01343, rel=1e-12)
    assert sise["sise-velocity"] == pytest.approx(1.2e-6, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("value: 99 %", "value: 99 km"), r"own.yaml:8: requirements\[0\].value: '99 km' is no share"),
        (("value: 99 %", "value: 120 %"), "'120 %' is no share from 0 % to 100 %"),
        (
            ("quantity: coverage", "quantity: coverge"),
            r"own.yaml:6: .*unknown quantity 'coverge'; did you mean",
        ),
        (("fold: 2", "folds: 2"), r"unknown key 'folds'; did you mean 'fold'"),
        (("{body: Moon, fold: 2}", "{body: Moon}"), "lacks fold, which 'coverage' needs"),
        (("body: Moon,", "body: Moon, north: -90 deg,"), "holds no point"),
        (("comparison: at least", "comparison: more"), "must be one of 'at least', 'at most'"),
        (("requirements:\n", "requirements: []\nold:\n"), r"requirements: is empty"),
    ],
)
def test_a_wrong_table_says_where_and_what(change, message):
    text = (
        "version: 1\nname: own\ntitle: Own\nrequirements:\n  - id: one\n    quantity: coverage\n"
        "    comparison: at least\n    value: 99 %\n    title: One\n    where: {body: Moon, fold: 2}\n"
        "    source: test\n    verified: own\n"
    )
    assert table_from_text(text, "own.yaml").requirements[0].limit == 0.99
    with pytest.raises(InputError, match=message):
        table_from_text(text.replace(*change), "own.yaml")


def test_two_of_one_id_and_an_empty_file():
    one = "  - {id: a, title: A, quantity: flows-delivered, comparison: at least, value: 1 %, source: s,"
    one += " verified: own}\n"
    with pytest.raises(InputError, match="names 'a' twice"):
        table_from_text("version: 1\nname: own\ntitle: Own\nrequirements:\n" + one + one, "own.yaml")
    with pytest.raises(InputError, match=r"own.yaml is empty; a requirement table"):
        table_from_text(" \n", "own.yaml")
