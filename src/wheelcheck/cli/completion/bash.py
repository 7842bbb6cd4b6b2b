"""Completion for bash, 3.2 (of macOS) and later."""

from collections.abc import Iterator

from wheelcheck.cli.completion.grammar import Command, Grammar, Option, Value, ValueKind

__all__ = ["script"]

_TEMPLATE = """\
# Completion of {program} for bash. Made by `{program} completion bash`.
_{program}() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
    local command="" kind="" values="" word
    COMPREPLY=()
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$word" in
            -*) ;;
            *) command="$word"; break ;;
        esac
    done
    # bash takes --option=value for three words.
    if [[ "$current" == "=" ]]; then
        current=""
    elif [[ "$previous" == "=" ]]; then
        previous="${{COMP_WORDS[COMP_CWORD-2]}}"
    fi
    case "$command $previous" in
{values}
    esac
    if [[ -z "$kind" ]]; then
        case "$command" in
{commands}
        esac
    fi
    local IFS=$'\\n'
    case "$kind" in
        words) IFS=$' \\n'
            COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
        folder) compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -d -- "$current")) ;;
        wheel) compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -X '!*.whl' -- "$current"; compgen -d -- "$current")) ;;
    esac
}}
complete -o bashdefault -o default -F _{program} {program}
"""


def script(grammar: Grammar) -> str:
    """Return the script; what has no better completion is completed as a file."""
    values = [line for command in grammar.commands for line in _values(command)]
    options = " ".join(name for option in grammar.options for name in option.names)
    names = " ".join(command.name for command in grammar.commands)
    commands = [_followers("", options, Value(ValueKind.WORDS, tuple(names.split())))]
    for command in grammar.commands:
        names = " ".join(name for option in command.options for name in option.names)
        commands.append(_followers(command.name, names, command.operands))
    return _TEMPLATE.format(
        program=grammar.program, values="\n".join(values), commands="\n".join(commands)
    )


def _values(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.value is not None:
            patterns = "|".join(f'"{command.name} {name}"' for name in option.names)
            yield f"        {patterns}) {_assigned(option)} ;;"


def _assigned(option: Option) -> str:
    assert option.value is not None
    return _kind(option.value)


def _followers(command: str, options: str, operands: Value | None) -> str:
    otherwise = "kind=text" if operands is None else _kind(operands)
    pattern = command or '""'
    return (
        f'            {pattern}) if [[ "$current" == -* ]]; then kind=words; values="{options}"; '
        f"else {otherwise}; fi ;;"
    )


def _kind(value: Value) -> str:
    kind = f"kind={value.kind.name.lower()}"
    return f'{kind}; values="{" ".join(value.words)}"' if value.words else kind
