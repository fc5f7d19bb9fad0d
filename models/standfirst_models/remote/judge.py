"""The remote judge: a verifier that asks a model on a server whether a document backs a claim, yes or no."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping

from standfirst_models.errors import InferenceFailed, PromptTooLong
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.remote.model import RemoteModel, open_server
from standfirst_models.remote.server import RemoteServer
from standfirst_models.remote.wire import Answer, Chat

#: The instruction that Bespoke-MiniCheck was trained with, as its authors publish it (Tang, Laban and Durrett 2024,
#: https://github.com/Liyan06/MiniCheck). With other words it is another model.
_MINICHECK = (
    "Determine whether the provided claim is consistent with the corresponding document. Consistency in this context "
    "implies that all information presented in the claim is substantiated by the document. If not, it should be "
    "considered inconsistent. Please assess the claim's consistency with the document by responding with either "
    '"Yes" or "No".'
)
#: The question that any other model is asked.
_QUESTION = (
    "Does the document state everything that the claim states? Answer Yes if it does. Answer No if any part of the "
    "claim is missing from the document or differs from it. Answer with one word."
)
#: The most tokens of an answer: some models begin with a mark or a line break.
_MAX_TOKENS = 4
#: How many likely tokens are listed at each place of an answer.
_ALTERNATIVES = 5
#: The log odds of a bare yes or no, of which no probability is known.
_BARE_ODDS = 3.0
#: The least probability of an answer: it is not among the likely tokens.
_LEAST = 1e-4

_WORD = re.compile(r"[a-z]+")


class RemoteJudge(RemoteModel[Pair, Finding]):
    """A verifier on a server. Fulfils ``ServedModel[Pair, Finding]``.

    A finding's logit is the log odds of yes against no. It names no weakest part.
    """

    def __init__(self, server: RemoteServer) -> None:
        super().__init__(server)
        self._chat = minicheck_chat if "minicheck" in server.model.casefold() else question_chat
        #: How many likely tokens the server is asked for: 0 if it lists none, None while that is not known.
        self._alternatives: int | None = None
        self._finding_out = asyncio.Lock()

    async def _answer(self, item: Pair, emit: Callable[[Finding], None]) -> tuple[Finding, int]:
        if self._alternatives is None:
            async with self._finding_out:  # one request finds out, so that its failure alone is counted
                if self._alternatives is None:
                    answer = await self._ask_first(item)
                    return Finding(log_odds(answer), (0, 0)), answer.tokens
        answer = await self._server.ask(self._chat(item, self._alternatives))
        return Finding(log_odds(answer), (0, 0)), answer.tokens

    async def _ask_first(self, item: Pair) -> Answer:
        """Ask with likely tokens, and without them if the server fails or refuses; remember which it answers."""
        try:
            answer = await self._server.ask(self._chat(item, _ALTERNATIVES))
        except (InferenceFailed, PromptTooLong):
            answer = await self._server.ask(self._chat(item, 0))
            self._alternatives = 0
        else:
            self._alternatives = _ALTERNATIVES
        return answer


def open_judge(name: str, key: str | None) -> RemoteJudge:
    """Return the judge that ``openai:http://HOST:PORT/v1#MODEL`` names. Raises as ``open_server`` does."""
    return RemoteJudge(open_server(name, "verifier", key))


def minicheck_chat(pair: Pair, alternatives: int) -> Chat:
    """Return the chat that Bespoke-MiniCheck was trained on."""
    user = f"Document: {pair.evidence}\nClaim: {pair.claim}"
    return Chat((("system", _MINICHECK), ("user", user)), _MAX_TOKENS, alternatives)


def question_chat(pair: Pair, alternatives: int) -> Chat:
    """Return the chat for a model that is no trained judge. It has one message: some templates know no system."""
    message = f"{_QUESTION}\n\nDocument: {pair.evidence}\n\nClaim: {pair.claim}"
    return Chat((("user", message),), _MAX_TOKENS, alternatives)


def log_odds(answer: Answer) -> float:
    """Return the log odds of yes against no; 0 if the answer is neither."""
    for likely in answer.likely:
        yes, no = _probability("yes", likely), _probability("no", likely)
        if yes or no:
            return math.log(max(yes, _LEAST)) - math.log(max(no, _LEAST))
    word = _first_word(answer.text)
    return _BARE_ODDS if word == "yes" else -_BARE_ODDS if word == "no" else 0.0


def _probability(word: str, likely: Mapping[str, float]) -> float:
    return math.fsum(math.exp(value) for token, value in likely.items() if _first_word(token) == word)


def _first_word(text: str) -> str:
    found = _WORD.search(text.casefold())
    return found[0] if found else ""
