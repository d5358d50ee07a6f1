"""What holds for all tests."""

from hypothesis import settings

# A slow machine is no fault of the code: how fast it is, the benchmarks show.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
