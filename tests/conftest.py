"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# The first example of a test may compile a kernel, and machines are shared: time is no property under test.
settings.register_profile("qqnet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("qqnet")
