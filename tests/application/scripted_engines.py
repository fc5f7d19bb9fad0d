"""Engines whose only weights are the parser's, for tests that do not depend on what a model returns."""

from __future__ import annotations

from standfirst.application.engines import Engines
from standfirst_models.engine.roles import encoder_engine, verifier_engine, writer_engine
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.writer import Writer
from tests.embedded import embedded_grounding, embedded_parser
from tests.models.scripted import ScriptedEncoder, ScriptedVerifier, ScriptedWriter


def scripted_engines(writer: Writer | None = None, encoder: Encoder | None = None) -> Engines:
    """Return engines with these models, or scripted ones."""
    the_writer, the_encoder = writer or ScriptedWriter(), encoder or ScriptedEncoder()
    return Engines(
        writer=writer_engine("scripted", lambda: the_writer),
        encoder=encoder_engine("scripted-encoder", lambda: the_encoder),
        verifier=verifier_engine("scripted-verifier", ScriptedVerifier),
        writer_revision="1",
        encoder_revision="1",
        verifier_revision="1",
        parser_revision="1",
        runtime="torch",
        parser=embedded_parser(),
        grounding=embedded_grounding(),
    )
