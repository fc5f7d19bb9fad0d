"""Settings: the only reader of the environment. Every one has a default that suits a machine of one's own.

Set them as ``STANDFIRST_NAME=value``; ``docs/operating.md`` lists them all.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What can be set; a value that cannot be read raises pydantic's ``ValidationError``."""

    model_config = SettingsConfigDict(env_prefix="STANDFIRST_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Keys that callers must send, as KEY or NAME:KEY, separated by commas. None: no key is asked for.",
    )
    api_keys_file: Path | None = Field(
        None, description="File of further keys, hashed, with their limits; read again when it changes."
    )
    allow_open: bool = Field(False, description="Listen on an address other than loopback without asking for keys.")
    writer: str = Field(
        "standfirst-135m",
        description="The writer: a name of the catalog, a hub id, a folder, or openai:http://HOST:PORT/v1#MODEL.",
    )
    writer_key: SecretStr | None = Field(None, description="The key that is sent to a writer behind openai:.")
    runtime: Literal["auto", "torch", "openvino"] = Field(
        "auto", description="What runs the models: torch, openvino, or auto, the fastest that is installed."
    )
    encoder: str = Field("all-minilm-l6-v2", description="The encoder: likewise.")
    checks_off: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Codes of the checks that do not run, separated by commas."
    )
    models_dir: Path = Field(
        default_factory=lambda: user_cache_path("standfirst") / "models",
        description="Folder in which model weights are kept.",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("standfirst"),
        description="Folder in which briefings and jobs are kept.",
    )
    database_url: SecretStr | None = Field(
        None, description="Where they are kept instead: postgresql://… or sqlite:///FILE."
    )
    offline: bool = Field(False, description="Never fetch model weights.")
    max_body_bytes: int = Field(2_000_000, ge=1, description="Largest request body, in bytes.")
    max_words: int = Field(100_000, ge=1, description="Longest article, in words.")
    max_page_bytes: int = Field(5_000_000, ge=1, description="Largest page fetched, in bytes, unpacked.")
    fetch_timeout: float = Field(15.0, gt=0, description="Seconds that fetching a page may take in all.")
    fetch_ports: Annotated[frozenset[int], NoDecode] = Field(
        frozenset({80, 443}), description="Ports that pages may be fetched from, separated by commas."
    )
    fetch_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Networks (CIDR) that pages may be fetched from although they are not public."
    )
    queue_size: int = Field(64, ge=1, description="Articles that may be worked on or wait at a time; more get a 429.")
    max_job_bytes: int = Field(20_000_000, ge=1, description="Largest request body of a job or a digest, in bytes.")
    max_waiting_items: int = Field(10_000, ge=1, description="Items of jobs that may wait; more get a 429.")
    job_lanes: int = Field(2, ge=0, description="Items of jobs that are worked on at a time; 0 leaves them to others.")
    job_days: float = Field(7.0, gt=0, description="Days that a job and its results are kept after its end.")
    briefing_days: float = Field(90.0, gt=0, description="Days that a briefing is kept after it was made.")
    webhook_secret: SecretStr | None = Field(
        None, description="What webhooks are signed with; without it jobs may have none."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call this service from a browser, separated by commas."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses or networks of proxies whose X-Forwarded-For and -Proto are believed."
    )
    request_timeout: float = Field(300.0, gt=0, description="Seconds that one briefing may take in all; not an item's.")
    drain_seconds: float = Field(
        0.0, ge=0, description="Seconds to go on after SIGTERM while /readyz says that the service ends."
    )
    traces_endpoint: str | None = Field(
        None, description="Where traces are sent: a collector's http://…/v1/traces, OTLP over HTTP."
    )
    url: str = Field("http://127.0.0.1:8000", description="The service that `standfirst mcp` speaks with.")
    key: SecretStr | None = Field(None, description="The key that it sends there.")
    log_format: Literal["text", "json"] = Field("text", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged.")

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
        """Whether others than this machine could use the service without a key, and nobody said that they may."""
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
