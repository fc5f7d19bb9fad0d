"""API keys: which caller a key belongs to, and that caller's limits.

Only hashes of keys are held. A key has 256 random bits, so SHA-256 is enough: it cannot be guessed.
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
    """A caller: the name of its key, and its limits; None is no limit."""

    name: str
    requests_per_minute: int | None = None
    requests_at_once: int | None = None
    articles_per_day: int | None = None


#: The caller where no key is required.
ANYONE = Caller("anyone")


class _Entry(BaseModel):
    """An entry of the file of keys."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    requests_per_minute: int | None = Field(None, ge=1)
    requests_at_once: int | None = Field(None, ge=1)
    articles_per_day: int | None = Field(None, ge=1)


class _File(BaseModel):
    """The file of keys: TOML with a table ``[[key]]`` per key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: list[_Entry] = []


class KeyRing:
    """The keys of a service: ``keys``, as ``KEY`` or ``NAME:KEY``, and those of ``file``, which is reloaded.

    Raises ``StandfirstError`` if the file cannot be read.
    """

    def __init__(self, keys: Sequence[str], file: Path | None) -> None:
        self._callers = dict(map(_parse, keys))
        self._file = file
        self._file_version: tuple[int, int, int] | None = None
        self._callers_of_file: dict[bytes, Caller] = {}
        if file is not None:
            self._load(file)

    @property
    def is_open(self) -> bool:
        """Whether no key is required."""
        return not self._callers and self._file is None

    def find(self, key: str) -> Caller | None:
        """Return the caller of a key, or None. The file is reloaded first if it has changed."""
        self._reload()
        digest = _digest(key)
        # Compare with every key, in constant time, so that the time reveals nothing about them.
        callers = [
            caller
            for known, caller in (*self._callers.items(), *self._callers_of_file.items())
            if hmac.compare_digest(known, digest)
        ]
        return callers[0] if callers else None

    def _reload(self) -> None:
        if self._file is None:
            return
        try:
            if _version(self._file) != self._file_version:
                self._load(self._file)
                _log.info("reloaded the file of keys: %d keys", len(self._callers_of_file))
        except (OSError, StandfirstError) as error:
            # A mistake in the file must not lock everyone out: the keys that were loaded last remain.
            _log.error("the file of keys cannot be read, and the keys stay as they were: %s", error)

    def _load(self, file: Path) -> None:
        try:
            self._file_version = _version(file)
            entries = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).key
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise StandfirstError(f"The file of keys cannot be read: {error}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            location = ".".join(map(str, first["loc"]))
            raise StandfirstError(f"The file of keys cannot be read: {location}: {first['msg']}.") from error
        names = [entry.name for entry in entries] + [caller.name for caller in self._callers.values()]
        if len(set(names)) < len(names):
            raise StandfirstError("The file of keys cannot be read: two keys have the same name.")
        self._callers_of_file = {
            bytes.fromhex(entry.sha256): Caller(**entry.model_dump(exclude={"sha256"})) for entry in entries
        }


def new_key(name: str) -> tuple[str, str]:
    """Return a new key, and its entry in the file of keys under ``name``."""
    key = secrets.token_urlsafe(32)
    return key, f'[[key]]\nname = "{name}"\nsha256 = "{_digest(key).hex()}"\n'


def _version(file: Path) -> tuple[int, int, int]:
    """Return values that change with the content, even if it changes twice within a tick of the clock."""
    found = file.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _parse(setting: str) -> tuple[bytes, Caller]:
    name, colon, key = setting.partition(":")
    if colon and name and key:
        return _digest(key), Caller(name)
    # Named by its hash, not by its position: when another key is removed, the usage must stay with this one.
    return _digest(setting), Caller(f"key-{_digest(setting).hex()[:8]}")


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
