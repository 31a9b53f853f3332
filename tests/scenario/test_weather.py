"""Weather in a scenario: what is read, and what is refused with which words."""

import pytest

from qqnet.errors import ScenarioError
from qqnet.scenario.loading import from_text

TEXT = """
version: 1
name: w
time: {start: 2030-03-01T00:00:00Z, duration: 1 d, step: 10 min}
nodes:
  - {name: a, kind: ground-station, ipn: 1, latitude: 32 deg, longitude: 80 deg, weather: WEATHER}
"""


def read(weather, tmp_path, **changes):
    text = TEXT.replace("WEATHER", weather)
    for old, new in changes.items():
        text = text.replace(old, new)
    return from_text(text, "w.yaml", tmp_path)


def test_one_share_or_twelve(tmp_path):
    (node,) = read("{clear_sky: 65 %}", tmp_path).nodes
    assert node.weather.monthly == [65.0] * 12
    assert node.weather.correlation_time == 6 * 3600.0
    months = ", ".join(f"{5 * k} %" for k in range(1, 13))
    (node,) = read(f"{{clear_sky: [{months}], daily_swing: 4 %, clearest_hour: 3 h}}", tmp_path).nodes
    assert node.weather.monthly == [5.0 * k for k in range(1, 13)]


def test_written_weather_is_read_again(tmp_path):
    made = read("{clear_sky: 62.5 %, correlation_time: 8 h}", tmp_path)
    assert from_text(made.to_yaml(), "w.yaml", tmp_path) == made
    assert "62.5 %" in made.to_yaml()


@pytest.mark.parametrize(
    ("weather", "message"),
    [
        (
            "{clear_sky: 0.65}",
            r"nodes\[0\]\.weather\.clear_sky.*has no unit; a share is needed, such as '65 %'",
        ),
        ("{clear_sky: 100 %}", r"clear_sky.*from 0.1 % to 99.9 %"),
        ("{clear_sky: -3 %}", r"clear_sky.*from 0.1 % to 99.9 %"),
        ("{clear_sky: 65 km}", r"clear_sky.*is a length; a share is needed"),
        ("{clear_sky: [65 %, 60 %]}", r"clear_sky"),
        ("{clear_sky: 65 %, correlation_time: 10 min}", r"correlation_time.*from 2 h to 10 d"),
        ("{clear_sky: 95 %, daily_swing: 10 %}", r"daily_swing.*at most 4.9 % is possible"),
        ("{clear_sky: 65 %, clearest_hour: 25 h}", r"clearest_hour.*from 0 h to 24 h"),
        ("{clear_skies: 65 %}", r"clear_sky"),
    ],
)
def test_bad_weather_is_refused(weather, message, tmp_path):
    with pytest.raises(ScenarioError, match=message):
        read(weather, tmp_path)


def test_weather_is_of_fixed_places_on_earth(tmp_path):
    changes = {"kind: ground-station": "kind: site, body: Moon"}
    with pytest.raises(ScenarioError, match=r"weather.*fixed places on Earth alone"):
        read("{clear_sky: 65 %}", tmp_path, **changes)
    changes = {"kind: ground-station": "kind: site, body: Earth, drift: 1 deg/d"}
    with pytest.raises(ScenarioError, match=r"weather.*fixed places on Earth alone"):
        read("{clear_sky: 65 %}", tmp_path, **changes)


def test_correlation_length_has_limits(tmp_path):
    text = TEXT.replace("WEATHER", "{clear_sky: 65 %}") + "weather: {correlation_length: 0 km}\n"
    with pytest.raises(ScenarioError, match=r"correlation_length.*from 1 km to 20000 km"):
        from_text(text, "w.yaml", tmp_path)
