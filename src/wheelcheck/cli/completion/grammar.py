"""What can be typed, read from the parser of the command line."""

import argparse
from collections.abc import Iterator
from enum import Enum, auto

from wheelcheck.records import record

__all__ = ["Command", "Grammar", "Option", "Value", "ValueKind", "read_grammar"]


class ValueKind(Enum):
    """What a value is, as far as a shell can help with it."""

    WORDS = auto()
    """One of a few."""
    FILE = auto()
    FOLDER = auto()
    WHEEL = auto()
    """A wheel, or a folder that leads to one."""
    TEXT = auto()


_KINDS = {
    "FILE": ValueKind.FILE,
    "PATH": ValueKind.FILE,
    "DIR": ValueKind.FOLDER,
    "WHEEL": ValueKind.WHEEL,
    "OLD": ValueKind.WHEEL,
    "NEW": ValueKind.WHEEL,
    "A": ValueKind.WHEEL,
    "B": ValueKind.WHEEL,
}
_RULES = ("CODE", "RULES")
_LONGEST_HELP = 70


@record
class Value:
    """What an option or a command takes."""

    kind: ValueKind
    words: tuple[str, ...] = ()


@record
class Option:
    """An option under all its names."""

    names: tuple[str, ...]
    help: str
    value: Value | None
    repeated: bool


@record
class Command:
    """A command with what may follow it."""

    name: str
    help: str
    options: tuple[Option, ...]
    operands: Value | None


@record
class Grammar:
    """The whole program."""

    program: str
    options: tuple[Option, ...]
    commands: tuple[Command, ...]


def read_grammar(parser: argparse.ArgumentParser, rules: tuple[str, ...]) -> Grammar:
    """Return what the parser understands; ``rules`` are the codes that stand for themselves."""
    commands: list[Command] = []
    for action in parser._actions:  # noqa: SLF001 (argparse offers no other way to them)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 (see above)
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001 (see above)
            for name, below in action.choices.items():
                operands = [a for a in below._actions if not a.option_strings]  # noqa: SLF001 (see above)
                first = _value(operands[0], rules) if operands else None
                commands.append(
                    Command(name, helps.get(name, ""), tuple(_options(below, rules)), first)
                )
    return Grammar(parser.prog, tuple(_options(parser, rules)), tuple(commands))


def _options(parser: argparse.ArgumentParser, rules: tuple[str, ...]) -> Iterator[Option]:
    for action in parser._actions:  # noqa: SLF001 (see above)
        if action.option_strings:
            repeated = isinstance(action, argparse._AppendAction | argparse._CountAction)  # noqa: SLF001 (see above)
            value = None if action.nargs == 0 else _value(action, rules)
            yield Option(tuple(action.option_strings), _help(action), value, repeated)


def _value(action: argparse.Action, rules: tuple[str, ...]) -> Value:
    if action.choices is not None:
        return Value(ValueKind.WORDS, tuple(map(str, action.choices)))
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if metavar in _RULES:
        return Value(ValueKind.WORDS, rules)
    return Value(_KINDS.get(metavar, ValueKind.TEXT))


def _help(action: argparse.Action) -> str:
    """Return what the option does in one short line."""
    text = (action.help or "") % vars(action)
    text = text.partition(" (default")[0].partition("; ")[0]
    return text if len(text) <= _LONGEST_HELP else f"{text[: _LONGEST_HELP - 3].rstrip()}..."
