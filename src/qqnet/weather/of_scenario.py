"""The skies of a scenario: climate and field of the sites that have weather."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qqnet.scenario.model import Scenario
from qqnet.scenario.nodes import GroundStation, Site
from qqnet.scenario.weather import SiteWeather
from qqnet.weather.climate import Climate
from qqnet.weather.field import CloudField, scale_s
from qqnet.weather.skies import Skies

Floats = NDArray[np.float64]

EARTH_RADIUS_KM: Final = 6371.0
"""Of the sphere on which distances between sites are measured [km]."""


def great_circle_km(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Floats:
    """Distances between places along the great circle.

    Parameters
    ----------
    latitude_rad, longitude_rad : array_like, shape [N]
        Places [rad].

    Returns
    -------
    ndarray, shape [N, N]
        On a sphere, right to 0.6 % [km].
    """
    lat, lon = (np.asarray(a, dtype=np.float64) for a in (latitude_rad, longitude_rad))
    half = np.sin(0.5 * (lat[:, None] - lat)) ** 2
    half = half + np.cos(lat[:, None]) * np.cos(lat) * np.sin(0.5 * (lon[:, None] - lon)) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def sites_with_weather(scenario: Scenario) -> dict[str, tuple[Site | GroundStation, SiteWeather]]:
    """Return the sites of a scenario that have weather, by name, in file order."""
    return {
        node.name: (node, node.weather)
        for node in scenario.nodes
        if isinstance(node, Site | GroundStation) and node.weather is not None
    }


def skies_of(scenario: Scenario) -> Skies | None:
    """Make the skies of a scenario.

    Parameters
    ----------
    scenario : Scenario
        For places, climate, correlation and seed.

    Returns
    -------
    Skies or None
        None where no site has weather.
    """
    found = sites_with_weather(scenario)
    if not found:
        return None
    places = [site for site, _ in found.values()]
    kinds = [weather for _, weather in found.values()]
    longitude = np.array([site.longitude for site in places])
    climate = Climate(
        monthly=np.array([weather.monthly for weather in kinds]) / 100.0,
        swing=np.array([weather.daily_swing for weather in kinds]) / 100.0,
        clearest_s=np.array([weather.clearest_hour for weather in kinds]),
        longitude_rad=longitude,
    )
    scales = scale_s(climate.mean, [weather.correlation_time for weather in kinds])
    distances = great_circle_km([site.latitude for site in places], longitude)
    field = CloudField.build(tuple(found), scales, distances, scenario.weather.correlation_length)
    return Skies(field, climate, scenario.seed)
