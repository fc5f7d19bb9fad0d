"""The endpoint: the address of a server's API, and the model to ask for there."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from standfirst_models.errors import UnknownModel

#: The prefix of a writer's name that is an endpoint.
SCHEME = "openai:"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An API's base URL, without a slash at its end, and the model's name there; None if the name gives no model."""

    base: str
    model: str | None

    @property
    def origin(self) -> str:
        """The URL's scheme, host and port. The path, which may hold a secret, is left out."""
        url = httpx2.URL(self.base)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"


def parse_endpoint(name: str) -> Endpoint:
    """Return the endpoint that ``openai:http://HOST:PORT/v1#MODEL`` names.

    Raises ``UnknownModel``, whose message does not repeat the address: it may hold a secret.
    """
    try:
        url = httpx2.URL(name.removeprefix(SCHEME).strip())
    except (httpx2.InvalidURL, UnicodeError):
        raise UnknownModel("The writer's address cannot be read: write openai:http://HOST:PORT/v1#MODEL.") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise UnknownModel("The writer's address is not http:// or https://: write openai:http://HOST:PORT/v1#MODEL.")
    if url.userinfo or url.query:
        raise UnknownModel("The writer's address may hold no user, password or query: a key is STANDFIRST_WRITER_KEY.")
    return Endpoint(str(url.copy_with(fragment=None)).rstrip("/"), name.partition("#")[2].strip() or None)
