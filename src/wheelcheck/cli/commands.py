"""The type to which commands add themselves."""

import argparse

__all__ = ["Commands"]

Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (it has no public name)
