from types import SimpleNamespace

from qqnet.report.flow_section import flow_blocks
from qqnet.report.page import Figures, Table, Text
from qqnet.report.style import drawing
from qqnet.report.wording import data_size


def test_flows_are_drawn_and_told_as_the_simulation_found(mars_study):
    with drawing():
        blocks = flow_blocks(mars_study)
    pictures = [picture for block in blocks if isinstance(block, Figures) for picture in block.pictures]
    results = mars_study.traffic.flow_results()
    first = pictures[0].markup
    assert all(result.name in first for result in results)
    names = (
        "Delays by flow.",
        "Delays by priority.",
        "Volumes from",
        "Data stored",
        "Use of the contacts",
        "by way of",
    )
    assert all(any(name in picture.markup for picture in pictures) for name in names)
    (table,) = [block for block in blocks if isinstance(block, Table) and "way" in block.columns]
    assert [row[0] for row in table.rows] == [result.name for result in results]
    offered = list(table.columns).index("offered")
    assert [row[offered] for row in table.rows] == [data_size(result.offered_bytes) for result in results]


def test_a_scenario_without_flows_says_so():
    (text,) = flow_blocks(SimpleNamespace(scenario=SimpleNamespace(flows=[])))
    assert isinstance(text, Text)
    assert "no flows" in text.text
