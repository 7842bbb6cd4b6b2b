# ruff: noqa: INP001  (a script, no package)
"""Write docs/api.md anew from the docstrings of all that ``wheelcheck.__all__`` names.

``python docs/generate_api.py``. The sources are read, not imported, so the page is the same
for every Python. A test compares the page with them.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "src"
PAGE = HERE / "api.md"

HEAD = """\
# Python API

Everything is imported from `wheelcheck`, and typed. What is not on this page is not public. Nothing
is read or written but what is named; no call touches the network except `try_wheel`, whose
installer may, and what a foreign engine does.

```python
import wheelcheck

report = wheelcheck.inspect("dist/pkg-1.0-cp39-abi3-win_amd64.whl")
for finding in report.at_least(wheelcheck.Severity.WARNING):
    print(finding.code, finding.member, finding.message)
```
"""

TAIL = "\n\n<!-- Written by docs/generate_api.py; do not edit. -->\n"

Node = ast.FunctionDef | ast.ClassDef
_SECTION = re.compile(r"^(Args|Raises|Returns|Yields):$")
_TITLES = {"Args": "Arguments"}
_ITEM = re.compile(r"^(\*{0,2}[\w.]+): ?(.*)$")


def page() -> str:
    """Return the text of the page."""
    package = ast.parse((SOURCES / "wheelcheck/__init__.py").read_text("utf-8"))
    homes: Mapping[str, Sequence[str]] = _constant(package, "_HOMES")
    nodes = {name: _node(home, name) for home, names in homes.items() for name in names}
    public: Sequence[str] = _constant(package, "__all__")
    kinds: dict[str, list[Node]] = {"Functions": [], "Values": [], "Errors": []}
    for name in public:
        node = nodes[name]
        kinds[_kind(node)].append(node)
    lines = [HEAD]
    for title, found in kinds.items():
        lines.append(f"## {title}\n")
        for node in found:
            lines += [f"### {node.name}\n", *_described(node)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + TAIL


def _constant(tree: ast.Module, name: str) -> dict[str, list[str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            value: dict[str, list[str]] = ast.literal_eval(node.value)
            return value
    raise LookupError(name)


def _node(home: str, name: str) -> Node:
    path = SOURCES / (home.replace(".", "/") + ".py")
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, Node) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom) and name in {a.name for a in node.names}:
            return _node(node.module or "", name)
    raise LookupError(f"{home}.{name}")


def _kind(node: Node) -> str:
    if isinstance(node, ast.FunctionDef):
        return "Functions"
    return "Errors" if node.name.endswith("Error") else "Values"


def _described(node: Node) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef):
        yield f"```text\n{_signature(node)}\n```\n"
    elif node.bases:
        yield f"*{', '.join(ast.unparse(base) for base in node.bases)}*\n"
    yield from _prose(node)
    if isinstance(node, ast.ClassDef):
        yield from _fields(node)
        yield from _methods(node)


def _signature(node: ast.FunctionDef) -> str:
    """Return a call with a parameter a line, if it does not fit on one."""
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    arguments = [a for a in _arguments(node.args) if a not in {"self", "cls"}]
    line = f"{node.name}({', '.join(arguments)}){result}"
    if len(line) <= 88:  # noqa: PLR2004 (what fits on a page)
        return line
    return "\n".join([f"{node.name}(", *(f"    {a}," for a in arguments), f"){result}"])


def _arguments(args: ast.arguments) -> Iterator[str]:
    plain = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    for arg, default in zip(plain, defaults, strict=True):
        yield _argument(arg, default)
    if args.vararg:
        yield f"*{_argument(args.vararg, None)}"
    elif args.kwonlyargs:
        yield "*"
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _argument(arg, default)
    if args.kwarg:
        yield f"**{_argument(args.kwarg, None)}"


def _argument(arg: ast.arg, default: ast.expr | None) -> str:
    kind = f": {ast.unparse(arg.annotation).strip(chr(39))}" if arg.annotation else ""
    if default is None:
        return f"{arg.arg}{kind}"
    return (
        f"{arg.arg}{kind} = {ast.unparse(default)}" if kind else f"{arg.arg}={ast.unparse(default)}"
    )


def _prose(node: Node) -> Iterator[str]:
    """Return a docstring as Markdown: sections become lists."""
    inside = False
    items: list[str] = []
    for line in (ast.get_docstring(node) or "").splitlines():
        text = _marked(line.strip())
        if match := _SECTION.match(text):
            inside = True
            items.append(f"\n**{_TITLES.get(match[1], match[1])}**\n\n")
        elif inside and (match := _ITEM.match(text)) and re.match(r" {4}\S", line):
            items.append(f"- `{match[1]}`: {match[2]}\n")
        elif inside and text:
            items.append(f"  {text}\n" if items[-1].startswith(("-", " ")) else f"{text}\n")
        elif not inside:
            yield text
    if items:
        yield "".join(items)
    else:
        yield ""


def _fields(node: ast.ClassDef) -> Iterator[str]:
    rows = []
    for position, item in enumerate(node.body):
        if isinstance(item, ast.AnnAssign):
            name, kind = ast.unparse(item.target), ast.unparse(item.annotation)
        elif isinstance(item, ast.Assign):
            name, kind = ast.unparse(item.targets[0]), ast.unparse(item.value)
        else:
            continue
        if not name.startswith("_"):
            rows.append(
                f"| `{name}` | `{_cell(kind)}` | {_cell(_note(node.body[position + 1 :]))} |"
            )
    if rows:
        yield "\n".join(["| Name | Type | Meaning |", "| --- | --- | --- |", *rows]) + "\n"


def _note(following: Sequence[ast.stmt]) -> str:
    """Return the docstring behind a field."""
    match following[:1]:
        case [ast.Expr(value=ast.Constant(value=str(text)))]:
            return _marked(" ".join(text.split()))
    return ""


def _methods(node: ast.ClassDef) -> Iterator[str]:
    found = [
        item
        for item in node.body
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_")
    ]
    for item in found:
        names = {ast.unparse(decorator) for decorator in item.decorator_list}
        call = item.name if "property" in names else _signature(item).replace("\n", " ")
        first = (ast.get_docstring(item) or "").split("\n\n")[0]
        yield f"- `{call}`: {_marked(' '.join(first.split()))}"
    if found:
        yield ""


def _marked(text: str) -> str:
    text = re.sub(r":\w+:`~?\.?([\w.]+)`", r"`\1`", text)
    return re.sub(r"``(.+?)``", r"`\1`", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
