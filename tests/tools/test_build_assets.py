from pathlib import Path

import pytest

from tools import build_assets


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "frontend"
    (folder / "islands" / "door-bell").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "tsconfig.json", "islands/door-bell/door-bell.ts"):
        (folder / name).write_text(name)
    (folder / "islands" / "door-bell" / "sound.ts").write_text("a part, not an island")
    monkeypatch.setattr(build_assets, "FRONTEND", folder)
    monkeypatch.setattr(build_assets, "STAMP", tmp_path / "stamp")
    return folder


def test_an_island_is_a_file_named_like_its_folder(frontend: Path) -> None:
    assert build_assets.islands() == [frontend / "islands" / "door-bell" / "door-bell.ts"]


def test_an_unchanged_front_end_is_not_built_again(frontend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_assets, "ROOT", frontend.parent)
    monkeypatch.setattr(build_assets, "__file__", str(frontend / "package.json"))
    assert not build_assets.is_current()
    build_assets.STAMP.write_text(build_assets.fingerprint())
    assert build_assets.is_current()
    assert build_assets.main([]) == 0
    (frontend / "islands" / "door-bell" / "sound.ts").write_text("changed")
    assert not build_assets.is_current()


@pytest.mark.parametrize("folder", ["frontend", "tests/client_libraries"])
def test_the_lock_names_no_registry(folder: str) -> None:
    assert '"resolved"' not in (build_assets.ROOT / folder / "package-lock.json").read_text()
