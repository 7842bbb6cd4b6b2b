"""Work in other threads and processes gives the same reports in the same order."""

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import wheelcheck
from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck import Config
from wheelcheck.parallel import in_order
from wheelcheck.rules.registry import Profile

FILES = {
    "pkg/__init__.py": b"import pkg.absent\n",
    "pkg/_p.pyd": extension("_p", {"absent.dll": ["f"]}),
    "pkg/bad.py": b"def f(:\n",
}


class Elsewhere(Executor):
    """Does what is submitted at once; all goes through pickle, as to another machine."""

    def __init__(self) -> None:
        self.pieces = 0

    def submit(  # type: ignore[override] # fewer promises
        self, work: Callable[..., object], /, *arguments: object
    ) -> Future[object]:
        self.pieces += 1
        work, arguments = pickle.loads(pickle.dumps((work, arguments)))  # noqa: S301 - our own
        future: Future[object] = Future()
        future.set_result(pickle.loads(pickle.dumps(work(*arguments))))  # noqa: S301 - our own
        return future


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("wheels")
    (folder / "broken-1.0-py3-none-any.whl").write_bytes(b"no archive")
    found = [
        WheelBuilder(name=name, tag=f"{tag}-{tag}-win_amd64", files=FILES).write(folder)
        for name in ("one", "two")
        for tag in (f"cp3{minor}" for minor in range(6, 15))
    ]
    return [*found, folder / "broken-1.0-py3-none-any.whl", folder / "absent.whl"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ThreadPoolExecutor(4),
        lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
        Elsewhere,
    ],
    ids=["threads", "processes", "pickled"],
)
def test_the_reports_are_the_same(make: Callable[[], Executor], wheels: list[Path]) -> None:
    expected = list(wheelcheck.inspect_many(wheels))
    with make() as executor:
        assert list(wheelcheck.inspect_many(wheels, executor=executor)) == expected


def test_releases_and_settings_are_the_same(wheels: list[Path]) -> None:
    config = Config(ignore=("WC701",), profile=Profile.PRIVATE)
    expected = wheelcheck.audit_wheels(wheels, config=config)
    executor = Elsewhere()
    assert wheelcheck.audit_wheels(wheels, config=config, executor=executor) == expected
    assert 1 < executor.pieces < len(wheels)


def test_results_come_in_order() -> None:
    with ThreadPoolExecutor(8) as executor:
        assert list(in_order(executor, str, range(500))) == [str(i) for i in range(500)]


def test_only_so_much_is_handed_over() -> None:
    taken: list[int] = []

    class Never(Executor):
        """Begins nothing."""

        def submit(  # type: ignore[override] # fewer promises
            self, _work: Callable[[int], int], /, _piece: int
        ) -> Future[int]:
            future: Future[int] = Future()
            futures.append(future)
            return future

    def pieces() -> Iterator[int]:
        for piece in range(1000):
            taken.append(piece)
            if piece == 63:
                futures[0].set_result(0)
            yield piece

    futures: list[Future[int]] = []
    results = in_order(Never(), abs, pieces())
    assert next(results) == 0
    assert len(taken) <= 65
    results.close()  # type: ignore[attr-defined] # a generator
    assert all(future.cancelled() for future in futures[1:])


def test_an_error_in_a_worker_is_raised_here() -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(ZeroDivisionError):
        list(in_order(executor, _divide, [1, 0, 2]))


def _divide(piece: int) -> float:
    return 1 / piece
