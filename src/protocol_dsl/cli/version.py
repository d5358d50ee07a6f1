"""The installed version, read without loading the package."""

from importlib import metadata


def installed_version() -> str:
    return metadata.version("protocol-dsl")
