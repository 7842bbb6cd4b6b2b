"""The version of this package: the one place that has it, which the build reads, too."""

__version__ = "0.1.0"
