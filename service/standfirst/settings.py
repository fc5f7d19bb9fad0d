"""The settings, read from environment variables ``STANDFIRST_NAME``. No other module reads the environment.

Every setting has a default for a single machine. ``docs/operating.md`` lists them all.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of a process. Raises pydantic's ``ValidationError`` for a value that cannot be read."""

    model_config = SettingsConfigDict(env_prefix="STANDFIRST_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Keys that callers must send, as KEY or NAME:KEY, separated by commas. None: no key is required.",
    )
    api_keys_file: Path | None = Field(
        None, description="File of further keys, hashed, with their limits; reloaded when it changes."
    )
    allow_open: bool = Field(False, description="Listen on an address other than loopback without requiring keys.")
    writer: str = Field(
        "standfirst-135m",
        description="Writer: a name from the catalog, a hub id, a folder, or openai:http://HOST:PORT/v1#MODEL.",
    )
    writer_key: SecretStr | None = Field(None, description="Key for a writer behind openai:.")
    strategy: Literal["auto", "shorten", "compose", "summarize"] = Field(
        "auto", description="How the writer drafts: shorten, compose, summarize, or auto, as the model can."
    )
    runtime: Literal["auto", "torch", "openvino"] = Field(
        "auto", description="Runtime of the models: torch, openvino, or auto, the fastest that is installed."
    )
    encoder: str = Field("all-minilm-l6-v2", description="Encoder: a name from the catalog, a hub id or a folder.")
    verifier: str = Field(
        "standfirst-verifier",
        description="Verifier: a name from the catalog, a hub id, a folder, or openai:http://HOST:PORT/v1#MODEL.",
    )
    verifier_key: SecretStr | None = Field(None, description="Key for a verifier behind openai:.")
    checks_off: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Codes of the checks that do not run, separated by commas."
    )
    models_dir: Path = Field(
        default_factory=lambda: user_cache_path("standfirst") / "models",
        description="Folder of the model weights.",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("standfirst"),
        description="Folder of the SQLite database.",
    )
    database_url: SecretStr | None = Field(
        None,
        description="Database of briefings and jobs, instead of that in the data folder: postgresql://… or sqlite:///FILE.",
    )
    offline: bool = Field(False, description="Never download model weights.")
    max_body_bytes: int = Field(2_000_000, ge=1, description="Largest request body, in bytes.")
    max_words: int = Field(100_000, ge=1, description="Longest article, in words.")
    max_page_bytes: int = Field(5_000_000, ge=1, description="Largest page that is fetched, in bytes, decompressed.")
    fetch_timeout: float = Field(15.0, gt=0, description="Seconds that fetching a page may take.")
    fetch_ports: Annotated[frozenset[int], NoDecode] = Field(
        frozenset({80, 443}), description="Ports from which pages may be fetched, separated by commas."
    )
    fetch_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Private networks (CIDR) from which pages may be fetched, separated by commas."
    )
    queue_size: int = Field(64, ge=1, description="Articles that may run or wait at a time; more are answered 429.")
    max_job_bytes: int = Field(20_000_000, ge=1, description="Largest request body of a job or a digest, in bytes.")
    max_waiting_items: int = Field(10_000, ge=1, description="Items of jobs that may wait; more are answered 429.")
    job_lanes: int = Field(2, ge=0, description="Items of jobs that run at a time; 0 leaves them to other processes.")
    job_days: float = Field(7.0, gt=0, description="Days for which a job and its results are kept after its end.")
    briefing_days: float = Field(90.0, gt=0, description="Days for which a briefing and its article are kept.")
    webhook_secret: SecretStr | None = Field(
        None, description="Secret that signs webhooks; without it jobs can have none."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call this service from a browser, separated by commas."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses or networks of proxies whose X-Forwarded-For and -Proto are trusted."
    )
    request_timeout: float = Field(
        300.0, gt=0, description="Seconds that one briefing may take; items of jobs have no limit."
    )
    drain_seconds: float = Field(0.0, ge=0, description="Seconds to continue after SIGTERM while /readyz answers 503.")
    traces_endpoint: str | None = Field(None, description="Collector of traces, OTLP over HTTP: http://…/v1/traces.")
    url: str = Field("http://127.0.0.1:8000", description="Service that `standfirst mcp` calls.")
    key: SecretStr | None = Field(None, description="Key for that service.")
    log_format: Literal["text", "json"] = Field("text", description="Format of log lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Lowest level that is logged.")

    @field_validator(
        "api_keys", "checks_off", "fetch_ports", "fetch_networks", "cors_origins", "trusted_proxies", mode="before"
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @property
    def is_exposed(self) -> bool:
        """Whether other machines could use the service without a key, and ``allow_open`` does not permit it."""
        return not (self.api_keys or self.api_keys_file or self.allow_open or self.is_loopback)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach ``host``."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
