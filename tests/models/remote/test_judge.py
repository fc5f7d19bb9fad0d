"""The remote judge, against a real server on loopback that follows a script."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any

import pytest

from standfirst_models.errors import ModelError, NotReady
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.remote.judge import RemoteJudge, log_odds, open_judge
from standfirst_models.remote.wire import Answer
from tests.models.remote.chat_server import ChatServer, Reply

PAIRS = [Pair("The bridge closes on Monday.", claim) for claim in ("The bridge closes.", "It opens.", "It is old.")]


def answer(body: dict[str, Any], *, listed: bool = True) -> Reply:
    """Answer yes to what closes, with the probability 0.9."""
    word = "Yes" if "The bridge closes.\n" in body["messages"][-1]["content"] + "\n" else "No"
    tops = [
        {"token": token, "logprob": math.log(p)} for token, p in ((word, 0.9), ("Yes" if word == "No" else "No", 0.1))
    ]
    choice: dict[str, object] = {"message": {"role": "assistant", "content": word}, "finish_reason": "stop"}
    if listed:
        choice["logprobs"] = {"content": [{"token": word, "logprob": math.log(0.9), "top_logprobs": tops}]}
    return Reply(json.dumps({"choices": [choice]}).encode())


def verify(server: ChatServer, model: str = "a-model") -> list[Finding]:
    async def run(judge: RemoteJudge) -> list[Finding]:
        judge.start()
        try:
            await judge.ready()
            return await judge.submit(PAIRS)
        finally:
            await judge.close()

    with server:
        return asyncio.run(asyncio.wait_for(run(open_judge(f"{server.name}#{model}", None)), 60))


def test_the_logit_is_the_log_odds_of_yes_against_no() -> None:
    findings = verify(ChatServer(answer))
    assert [finding.logit for finding in findings] == pytest.approx([math.log(9), -math.log(9), -math.log(9)])
    assert {finding.weakest for finding in findings} == {(0, 0)}


def test_the_document_and_the_claim_are_sent_as_one_message() -> None:
    server = ChatServer(answer)
    verify(server)
    for body in server.chats:
        (message,) = body["messages"]
        assert message["role"] == "user"
        assert "Document: The bridge closes on Monday.\n\nClaim: " in message["content"]
        assert body["max_tokens"] == 4


def test_bespoke_minicheck_gets_its_own_prompt() -> None:
    server = ChatServer(answer)
    verify(server, "bespoke-minicheck:7b")
    system, user = server.chats[0]["messages"]
    assert system["role"] == "system"
    assert system["content"].startswith("Determine whether the provided claim is consistent")
    assert user["content"] == "Document: The bridge closes on Monday.\nClaim: The bridge closes."


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_fails_on_log_probabilities_is_asked_without_them_from_then_on(status: int) -> None:
    server = ChatServer(lambda body: Reply(status=status) if "logprobs" in body else answer(body, listed=False))
    yes, *no = (finding.logit for finding in verify(server))
    assert yes > 0
    assert no == [-yes, -yes]
    assert ["logprobs" in body for body in server.chats] == [True, False, False, False]


def test_a_server_that_lists_none_gives_an_answer_in_words() -> None:
    yes, no, _ = verify(ChatServer(lambda body: answer(body, listed=False)))
    assert yes.logit == -no.logit > 0


def likely(**probabilities: float) -> dict[str, float]:
    return {token: math.log(p) for token, p in probabilities.items()}


@pytest.mark.parametrize(
    ("found", "odds"),
    [
        (Answer("Yes", 9, (likely(Yes=0.6, yes=0.2, No=0.2),)), math.log(4)),
        (Answer("**Yes**", 9, (likely(**{"**": 0.99, "#": 0.01}), likely(Yes=0.75, No=0.25))), math.log(3)),
        (Answer("Yes", 9, (likely(Yes=1.0),)), math.log(1e4)),
        (Answer("No.", 9), -3.0),
        (Answer("**yes**", 9), 3.0),
        (Answer("Maybe", 9), 0.0),
        (Answer("", 9), 0.0),
        (Answer("Nobody knows", 9, (likely(Nobody=1.0),)), 0.0),
    ],
)
def test_log_odds(found: Answer, odds: float) -> None:
    assert log_odds(found) == pytest.approx(odds)


def test_a_server_that_does_not_answer_is_named_as_the_verifiers() -> None:
    async def run() -> None:
        judge = open_judge("openai:http://127.0.0.1:9/v1#a-model", None)
        judge.start()
        with pytest.raises(NotReady, match="The verifier's server"):
            await judge.submit(PAIRS)
        await judge.close()

    asyncio.run(run())


def test_a_wrong_key_ends_the_start_with_the_setting_to_mend() -> None:
    with pytest.raises(ModelError, match="STANDFIRST_VERIFIER_KEY"):
        verify(ChatServer(trial=lambda _: Reply(status=401)))
