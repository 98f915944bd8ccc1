"""How the columns of a source differ from what was mapped."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dangol.integrations.data_sources.contracts import Column
from dangol.integrations.data_sources.models import Source


@dataclass(frozen=True)
class Drift:
    """
    What changed.

    :param gone: columns that are taken in, or tell how far we are, and are no longer there
    :param lost: columns that were left out anyway and are no longer there
    :param new: columns that nobody has looked at
    :param changed: columns that hold another kind of thing, as (name, before, now)
    """

    gone: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.lost or self.new or self.changed)

    @property
    def stops(self) -> bool:
        """Whether going on would write the wrong thing."""
        return bool(self.gone)

    def stored(self) -> dict[str, list[object]]:
        """Return it as JSON, only what there is."""
        return {name: [list(one) if isinstance(one, tuple) else one for one in found]
                for name, found in asdict(self).items() if found}  # fmt: skip


def needed_columns(source: Source) -> frozenset[str]:
    """Columns without which nothing may be written."""
    mapped = {name for name, meaning in source.mapping.items() if meaning}
    return frozenset(mapped | ({source.cursor_column} if source.cursor_column else set()))


def drift_of(source: Source, columns: Sequence[Column], *, may_lack: bool) -> Drift:
    """
    Compare the columns as they are now with those that were mapped.

    :param may_lack: absence means nothing: the source leaves out what is empty
    """
    if not columns:
        return Drift()
    now = {column.name: column.kind for column in columns}
    before = {column["name"]: column["kind"] for column in source.columns}
    needed = needed_columns(source)
    missing = [] if may_lack else [name for name in before if name not in now]
    return Drift(
        gone=tuple(name for name in missing if name in needed),
        lost=tuple(name for name in missing if name not in needed),
        new=tuple(name for name in now if name not in before),
        changed=tuple(
            (name, before[name], kind)
            for name, kind in now.items()
            if kind and before.get(name) and before[name] != kind and name in needed
        ),
    )
