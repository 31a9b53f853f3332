"""The report's section on frequency rules."""

from qqnet.report.frequency_section import frequency_blocks
from qqnet.report.page import Table, Text
from qqnet.scenario.loading import load
from qqnet.study.spectrum import SpectrumStudy
from qqnet.study.study import Study


def test_what_is_broken_or_open_is_listed_with_its_rule():
    scenario = load("lunar-relay")
    study = Study(scenario.model_copy(update={"time": scenario.time.model_copy(update={"duration": 3600.0})}))
    text, table, stays = frequency_blocks(study)
    assert isinstance(text, Text)
    assert isinstance(table, Table)
    assert isinstance(stays, Table)
    findings = SpectrumStudy(study).rules()
    open_ones = [finding for finding in findings if finding.ok is None]
    assert f"{len(open_ones)} open" in text.text
    assert {row[3] for row in table.rows} == {finding.rule for finding in open_ones}
    assert [row[0] for row in stays.rows] == ["rover"]
