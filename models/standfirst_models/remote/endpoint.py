"""The endpoint: the address of a server's API, and the model to ask for there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import httpx2

from standfirst_models.errors import UnknownModel

#: The prefix of the name of a writer or a verifier that is an endpoint.
SCHEME = "openai:"

#: The roles that a model behind a server can have.
RemoteRole = Literal["writer", "verifier"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An API's base URL, without a slash at its end, and the model's name there; None if the name gives no model.

    ``role`` is what the model is for. Messages name it.
    """

    base: str
    model: str | None
    role: RemoteRole = "writer"

    @property
    def origin(self) -> str:
        """The URL's scheme, host and port. The path, which may hold a secret, is left out."""
        url = httpx2.URL(self.base)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"

    @property
    def key_setting(self) -> str:
        """The setting that holds the key of the server."""
        return f"STANDFIRST_{self.role.upper()}_KEY"


def parse_endpoint(name: str, role: RemoteRole = "writer") -> Endpoint:
    """Return the endpoint of a model with this ``role`` that ``openai:http://HOST:PORT/v1#MODEL`` names.

    Raises ``UnknownModel``, whose message does not repeat the address: it may hold a secret.
    """
    try:
        url = httpx2.URL(name.removeprefix(SCHEME).strip())
    except (httpx2.InvalidURL, UnicodeError):
        raise UnknownModel(f"The {role}'s address cannot be read: write openai:http://HOST:PORT/v1#MODEL.") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise UnknownModel(f"The {role}'s address is not http:// or https://: write openai:http://HOST:PORT/v1#MODEL.")
    if url.userinfo or url.query:
        key = f"STANDFIRST_{role.upper()}_KEY"
        raise UnknownModel(f"The {role}'s address may hold no user, password or query: a key is {key}.")
    return Endpoint(str(url.copy_with(fragment=None)).rstrip("/"), name.partition("#")[2].strip() or None, role)
