import pytest
from hypothesis import settings

from qqnet.space.ephemeris import Ephemeris

# The first example of a law may pay for compilation.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


@pytest.fixture(scope="session")
def ephemeris():
    return Ephemeris.packaged()
