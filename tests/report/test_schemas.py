"""The schemas let documents grow, and nothing else."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import wheelcheck
from tests.native import extension
from tests.report import audits
from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.audit import Audit
from wheelcheck.patch.elf import ElfEdit
from wheelcheck.repairing.plan import (
    Bundle,
    Content,
    ImageEdit,
    Missing,
    Plan,
    Rewrite,
    Source,
    SourcePatch,
)
from wheelcheck.repairing.run import Action, Repair
from wheelcheck.report.json import render_difference_json, render_graph_json, render_json
from wheelcheck.report.repair_json import render_repairs_json, repair_entry
from wheelcheck.report.schemas import load_schema
from wheelcheck.report.trial import render_trials_json
from wheelcheck.trying.model import (
    ModuleStatus,
    ModuleTrial,
    PythonStatus,
    PythonTrial,
    WheelTrial,
)

Document = Any
_FREE = ("evidence", "metadata", "renames", "libraries", "provided")
"""What maps any name to strings."""


def _inspect(_folder: Path) -> str:
    return "".join(render_json(audits.audit()))


def _tree(_folder: Path) -> str:
    return "".join(render_graph_json(audits.audit().reports))


def _diff(folder: Path) -> str:
    old = WheelBuilder(files={"demo/_d.pyd": extension("_d"), "demo/a.py": b""}).write(folder)
    new = WheelBuilder(version="2", files={"demo/_d.pyd": extension("_d", {"a.dll": ["f"]})})
    return "".join(render_difference_json(wheelcheck.diff(old, new.write(folder))))


def _test(_folder: Path) -> str:
    finding = audits.finding()
    module = ModuleTrial("demo", ModuleStatus.CRASHED, "ended", "a.py:1", "out", "m", (finding,))
    python = PythonTrial("CPython 3.13.0", "/python", PythonStatus.BAD, "", (module,))
    trial = WheelTrial(audits.WINDOWS, "a.whl", audits.report(audits.WINDOWS), (python,))
    return render_trials_json([trial], [("b.whl", "no zip")])


def _repair(_folder: Path) -> str:
    edit = ElfEdit(remove_needed=frozenset({"a"}), soname="b", rpath="", runpath=True)
    image = ImageEdit((("a", "b"),), "c", ("d",))
    source = Source("--add-path", Path("/l/a.dll"), None, "ab" * 32)
    plan = Plan(
        "a.whl",
        "b.whl",
        "windows",
        bundles=(Bundle("a", "b", source, (("c", "d"),), edit=edit, edits=(image,)),),
        rewrites=(Rewrite("a", (("b", "c"),), (image,), edit),),
        patches=(SourcePatch("a", 1, "libs", ("b",)),),
        contents=(Content("a", b""),),
        missing=(Missing("a", ("b",), ("c",), ("d",), None),),
        provided=(("a", "b"),),
    )
    report = audits.report(audits.WINDOWS, audits.finding())
    done = Repair(plan, Action.REPAIRED, Path("b.whl"), report, ("note",))
    return render_repairs_json([repair_entry(Path("a.whl"), done)])


MAKERS = {"inspect": _inspect, "tree": _tree, "diff": _diff, "test": _test, "repair": _repair}


@pytest.fixture(params=MAKERS)
def command(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def document(command: str, tmp_path: Path) -> Document:
    return json.loads(MAKERS[command](tmp_path))


def test_what_is_written_is_described(command: str, document: Document) -> None:
    check(document, command)


def test_keys_of_later_versions_are_allowed_everywhere(command: str, document: Document) -> None:
    grown = copy.deepcopy(document)
    for _, each in list(_objects(grown)):
        each["a_later_key"] = {"of": ["any", "kind"]}
    jsonschema.validate(grown, load_schema(command))
    with pytest.raises(jsonschema.ValidationError):
        check(grown, command)


def test_no_key_may_lack_or_be_of_another_type(command: str, document: Document) -> None:
    schema = load_schema(command)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    seen = set()
    for kind, each in _objects(document):
        for key, value in list(each.items()):
            if (kind, key) in seen:
                continue
            seen.add((kind, key))
            del each[key]
            assert not validator.is_valid(document), f"without {kind}.{key}"
            each[key] = _other(value)
            assert not validator.is_valid(document), f"{kind}.{key}: {each[key]}"
            each[key] = value
    assert len(seen) > 10
    assert validator.is_valid(document)


def test_no_wheels_are_a_document() -> None:
    check(json.loads("".join(render_json(Audit(())))))


def _objects(value: Document, kind: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all objects of a fixed form, with the key that leads to them."""
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, kind)
    elif isinstance(value, dict) and kind not in _FREE:
        yield kind, value
        for key, each in value.items():
            yield from _objects(each, key)


def _other(value: object) -> object:
    """Return a value of a type that nothing in the documents has in the place of another."""
    return 1.5 if not isinstance(value, float) else "text"
