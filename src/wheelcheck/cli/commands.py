"""The type to which commands add themselves."""

import argparse

from wheelcheck.cli.parsing import Parser

__all__ = ["Commands"]

Commands = argparse._SubParsersAction[Parser]  # noqa: SLF001 (it has no public name)
