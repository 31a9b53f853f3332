"""Shares as users write them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from qqnet.scenario.share import Outage, Share


@pytest.mark.parametrize(
    ("written", "share"), [("30 %", 0.3), ("0%", 0.0), (" 12.5 % ", 0.125), (0.3, 0.3), (1, 1.0)]
)
def test_both_forms_are_read(written, share):
    assert TypeAdapter(Share).validate_python(written) == pytest.approx(share, abs=1e-15)


@pytest.mark.parametrize("share", [0.3, 1 / 3, 0.07, 1.0, 0.0])
def test_what_is_written_reads_as_the_same(share):
    kind = TypeAdapter(Share)
    assert kind.validate_python(kind.dump_python(share)) == pytest.approx(share, rel=1e-15)


@pytest.mark.parametrize(
    ("written", "words"),
    [("30", "write per cent"), ("a third", "write per cent"), (True, "write per cent"), (30, "from 0 % to 100 %"),
     ("-1 %", "from 0 % to 100 %")],
)  # fmt: skip
def test_what_is_no_share_is_told(written, words):
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(Share).validate_python(written)


def test_an_outage_is_never_nothing():
    with pytest.raises(ValidationError, match=r"from 0\.01 % to 50 %"):
        TypeAdapter(Outage).validate_python("0 %")
