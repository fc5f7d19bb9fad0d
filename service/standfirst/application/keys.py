"""Keys: who may ask, by which name, and how much.

Only hashes of keys are held. They are 256 random bits or meant to be, so SHA-256 is enough: nobody can try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from standfirst.errors import StandfirstError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the key's name, and how much it may ask for; None is no limit."""

    name: str
    requests_per_minute: int | None = None
    requests_at_once: int | None = None
    articles_per_day: int | None = None


#: Whoever asks where no key is asked for.
ANYONE = Caller("anyone")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    requests_per_minute: int | None = Field(None, ge=1)
    requests_at_once: int | None = Field(None, ge=1)
    articles_per_day: int | None = Field(None, ge=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    key: list[_Entry] = []


class KeyRing:
    """The keys of a service: those ``given`` (``key`` or ``name:key``), and those of ``file``, which may change."""

    def __init__(self, given: Sequence[str], file: Path | None) -> None:
        """Raises ``StandfirstError`` where the file cannot be read."""
        self._given = dict(map(_named, given))
        self._file = file
        self._read_as: tuple[int, int, int] | None = None
        self._from_file: dict[bytes, Caller] = {}
        if file is not None:
            self._read(file)

    @property
    def is_open(self) -> bool:
        """Whether no key is asked for."""
        return not self._given and self._file is None

    def find(self, key: str) -> Caller | None:
        """Whose key it is, or None. A file that has changed is read again first."""
        self._look()
        asked = _digest(key)
        # Every key is compared, in constant time, so that the time taken tells nothing of them.
        fitting = [caller for digest, caller in self._all() if hmac.compare_digest(digest, asked)]
        return fitting[0] if fitting else None

    def _all(self) -> list[tuple[bytes, Caller]]:
        return [*self._given.items(), *self._from_file.items()]

    def _look(self) -> None:
        if self._file is None:
            return
        try:
            if _version(self._file) != self._read_as:
                self._read(self._file)
                _log.info("the keys were read again: %d", len(self._from_file))
        except (OSError, StandfirstError) as error:
            # Whoever edits the file is not to lock everyone out: what was read last holds.
            _log.error("the file of keys cannot be read, and the keys stay as they were: %s", error)

    def _read(self, file: Path) -> None:
        try:
            self._read_as = _version(file)
            entries = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).key
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise StandfirstError(f"The file of keys cannot be read: {error}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise StandfirstError(f"The file of keys cannot be read: {where}: {first['msg']}.") from error
        names = [entry.name for entry in entries] + [caller.name for caller in self._given.values()]
        if len(set(names)) < len(names):
            raise StandfirstError("The file of keys cannot be read: two keys have the same name.")
        self._from_file = {
            bytes.fromhex(entry.sha256): Caller(**entry.model_dump(exclude={"sha256"})) for entry in entries
        }


def new_key(name: str) -> tuple[str, str]:
    """A new key, and the lines that a file of keys needs to know it by ``name``."""
    key = secrets.token_urlsafe(32)
    return key, f'[[key]]\nname = "{name}"\nsha256 = "{_digest(key).hex()}"\n'


def _version(file: Path) -> tuple[int, int, int]:
    """What changes with the file's content: two changes within a tick of the clock differ in one of these."""
    found = file.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _named(given: str) -> tuple[bytes, Caller]:
    name, colon, key = given.partition(":")
    if colon and name and key:
        return _digest(key), Caller(name)
    # Not by its place: what one key has asked for must not become another's when a third is taken out.
    return _digest(given), Caller(f"key-{_digest(given).hex()[:8]}")


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
