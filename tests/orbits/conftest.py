from hypothesis import settings

# The first example of a law may pay for compilation.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")
