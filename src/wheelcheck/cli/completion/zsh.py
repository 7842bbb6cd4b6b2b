"""Completion for zsh, in the terms of its ``_arguments``."""

import re

from wheelcheck.cli.completion.grammar import Command, Grammar, Option, Value, ValueKind

__all__ = ["script"]

_TEMPLATE = """\
#compdef {program}
# Completion of {program} for zsh. Made by `{program} completion zsh`.
_{program}() {{
    local curcontext="$curcontext" state line
    local -a commands=(
{commands}
    )
    _arguments -C \\
{options}
        '1:command:->command' \\
        '*::argument:->argument'
    case "$state" in
        command) _describe -t commands command commands ;;
        argument)
            case "$words[1]" in
{arguments}
            esac ;;
    esac
}}
if [[ "$funcstack[1]" == "_{program}" ]]; then
    _{program} "$@"
else
    compdef _{program} {program}
fi
"""
_ACTIONS = {
    ValueKind.FILE: "_files",
    ValueKind.FOLDER: "_files -/",
    ValueKind.WHEEL: '_files -g "*.whl(-.)"',
    ValueKind.TEXT: " ",
}


def script(grammar: Grammar) -> str:
    """Return the script; it can be sourced, or put into a folder of ``fpath``."""
    return _TEMPLATE.format(
        program=grammar.program,
        commands="\n".join(f"        {_quoted(_pair(c))}" for c in grammar.commands),
        options="\n".join(f"        {_spec(option)} \\" for option in grammar.options),
        arguments="\n".join(map(_command, grammar.commands)),
    )


def _pair(command: Command) -> str:
    return f"{command.name}:{command.help}"


def _command(command: Command) -> str:
    specs = [_spec(option) for option in command.options]
    if command.operands is not None:
        specs.append(_quoted(f"*:{_message(command.operands)}:{_action(command.operands)}"))
    lines = " \\\n                    ".join(specs)
    return f"                {command.name}) _arguments -s \\\n                    {lines} ;;"


def _spec(option: Option) -> str:
    help_ = re.sub(r"([\[\]:\\])", r"\\\1", option.help)
    value = "" if option.value is None else f":{_message(option.value)}:{_action(option.value)}"
    text = _quoted(f"[{help_}]{value}")
    if option.repeated:
        names = "{" + ",".join(f"\\*{name}" for name in option.names) + "}"
        return names + text if len(option.names) > 1 else f"\\*{option.names[0]}{text}"
    if len(option.names) == 1:
        return option.names[0] + text
    return f"'({' '.join(option.names)})'{{{','.join(option.names)}}}{text}"


def _message(value: Value) -> str:
    return "value" if value.kind in {ValueKind.WORDS, ValueKind.TEXT} else value.kind.name.lower()


def _action(value: Value) -> str:
    return f"({' '.join(value.words)})" if value.words else _ACTIONS[value.kind]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
