"""The version, where both the build and the command line read it."""

__version__ = "0.1.0"
