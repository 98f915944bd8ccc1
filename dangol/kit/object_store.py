"""Storage that speaks S3's language."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Self
from urllib.parse import quote, urlsplit

from pyarrow import fs

from dangol.kit.errors import OperationError
from dangol.kit.storage import Storage, Stored

READ_AHEAD = 8 * 1024 * 1024
PIECE = 1024 * 1024

NO_BUCKET = (
    "there is no such bucket: make it, or correct the address",
    "버킷이 없습니다. 버킷을 만들거나 주소를 고쳐 주십시오",
)
CAUSES = {
    ("NO_SUCH_BUCKET", "NoSuchBucket"): NO_BUCKET,
    ("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "InvalidAccessKeyId", "HTTP status 403"): (
        "it refuses the keys: check them, and what they may do there",
        "키를 거절했습니다. 키와 그 권한을 확인해 주십시오",
    ),
    ("NETWORK_CONNECTION", "REQUEST_TIMEOUT", "curlCode"): (
        "it cannot be reached: check the address and the network",
        "연결할 수 없습니다. 주소와 네트워크를 확인해 주십시오",
    ),
}
"""What words of the client library mean, in English and Korean."""


class StoreRefuses(OperationError):
    """The store did not do what was asked: its bucket, its keys, the network, or something it says itself."""

    def __init__(self, place: str, english: str, korean: str) -> None:
        super().__init__(f"{place}: {english}. / {place}: {korean}.")


@dataclass(frozen=True)
class ObjectStore(Storage):
    """
    A bucket, or a folder in it.

    :param local: where files lie on this machine on their way there
    """

    scheme: str
    system: fs.FileSystem
    root: str
    local: Path

    @classmethod
    def at(cls, place: str, *, local: Path, keys: tuple[str, str] | None = None) -> Self:
        """
        Return the store at `s3://bucket/folder?region=…&endpoint_override=…`.

        :param keys: the access key and its secret; else they come from the environment (`AWS_ACCESS_KEY_ID` and so on),
            as for every other program
        """
        if keys:
            who = ":".join(quote(key, safe="") for key in keys)
            place = place.replace("://", f"://{who}@", 1)
        system, root = fs.FileSystem.from_uri(place)
        return cls(urlsplit(place).scheme, system, root.rstrip("/"), local)

    @contextmanager
    def building(self, key: str) -> Iterator[Path]:
        self.local.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="new-", dir=self.local) as folder:
            yield Path(folder) / "new"

    def take_in(self, new: Path, key: str) -> None:
        # In a thread, which no signal interrupts: a stream that is left half-way makes an object of that half.
        with self._told(), ThreadPoolExecutor(1) as sending:
            sending.submit(self._send, new, key).result()

    @contextmanager
    def reading(self, key: str) -> Iterator[IO[bytes]]:
        with self._told(), self.system.open_input_stream(self._path(key), buffer_size=READ_AHEAD) as file:
            yield file

    def stored(self, folder: str) -> list[Stored]:
        with self._told():
            selector = fs.FileSelector(self._path(folder), allow_not_found=True, recursive=True)
            found = self.system.get_file_info(selector)
            if not found and not self._exists(self.root.partition("/")[0]):
                raise StoreRefuses(str(self), *NO_BUCKET)
        files = [info for info in found if info.type == fs.FileType.File]
        return [Stored(info.path.removeprefix(f"{self.root}/"), info.size, info.mtime) for info in files]

    def has(self, key: str) -> bool:
        with self._told():
            return self._exists(self._path(key))

    def delete(self, key: str) -> None:
        with self._told():
            if self._exists(self._path(key)):
                self.system.delete_file(self._path(key))

    def __str__(self) -> str:
        return f"{self.scheme}://{self.root}"

    def _send(self, new: Path, key: str) -> None:
        """`copy_files` is not used: it does not say when the last part was not taken."""
        with new.open("rb") as source, self.system.open_output_stream(self._path(key)) as to:
            shutil.copyfileobj(source, to, PIECE)

    def _exists(self, path: str) -> bool:
        return bool(self.system.get_file_info(path).type != fs.FileType.NotFound)

    def _path(self, key: str) -> str:
        return f"{self.root}/{key}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words what went wrong."""
        try:
            yield
        except OSError as problem:
            if problem.errno is not None:  # this machine's own: a full disk, say
                raise
            said = str(problem)
            known = (words for signs, words in CAUSES.items() if any(sign in said for sign in signs))
            english, korean = next(known, (said, said))
            raise StoreRefuses(str(self), english, korean) from problem
