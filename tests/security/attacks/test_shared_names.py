"""What processes share by name — locks, queued work, what they keep in mind — is named by whose it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dangol

ROOT = Path(dangol.__file__).parent
NAMED_BY = {"hold", "hold_if_free", "locks.hold", "leading", "defer_once", "defer_until"}
OF_ALL = {"config/schedule.py: leading(ONE_CLOCK)"}
"""The one clock queues the work of all workspaces; it writes no row of any."""
BY_A_NAME_OF_ITS_OWN = {
    "messaging/operations/orphans.py: hold_if_free(claimant)": "the random name of a process that may be dead",
    "segments/operations/computing.py: defer_until(key)": "made of the segment two lines above",
}
READS = {"objects", "connection", "cursor"}


@pytest.mark.shows("AC-35")
def test_every_lock_and_every_queued_job_is_named_by_whose_it_is() -> None:
    """The name holds an id, and ids are unique over all workspaces."""
    wrong = {
        f"{path.relative_to(ROOT)}: {ast.unparse(call.func).rpartition('.')[2]}({ast.unparse(call.args[0])})"
        for path, call in calls()
        if not is_named_by_id(call.args[0])
    }
    assert wrong == OF_ALL | set(BY_A_NAME_OF_ITS_OWN)


@pytest.mark.shows("AC-35")
def test_what_a_process_keeps_in_mind_was_read_from_no_table() -> None:
    """A function whose answers are kept is given all that it answers from: it cannot mix up two workspaces."""
    wrong = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path in sorted(ROOT.rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and is_kept(function) and reads(function)
    ]
    assert wrong == []


@pytest.mark.shows("AC-35")
def test_nothing_is_kept_for_all_in_the_shared_memory() -> None:
    """Only the counting of wrong sign-ins uses it, which happens before anybody is in a workspace."""
    users = [path for path in ROOT.rglob("*.py") if "from django.core.cache import" in path.read_text()]
    assert [path for path in users if path.parent.name != "workspaces"] == []


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(ROOT.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and call.args and path.name not in ("jobs.py", "locks.py", "leading.py"):
                said = ast.unparse(call.func)
                if said in NAMED_BY or said.rpartition(".")[2] in {"defer_once", "defer_until"}:
                    yield path, call


def is_named_by_id(name: ast.expr) -> bool:
    said = ast.unparse(name)
    return any(word in said for word in ("workspace_id", "_id}", ".pk}", "turn_of(", "_lock(")) or said.endswith("_id")


def is_kept(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(one).partition("(")[0] in ("cache", "lru_cache") for one in function.decorator_list)


def reads(function: ast.FunctionDef) -> bool:
    return any(
        (isinstance(one, ast.Attribute) and one.attr in READS) or (isinstance(one, ast.Name) and one.id in READS)
        for one in ast.walk(function)
    )
