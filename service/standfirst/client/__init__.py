"""A client of the service, blocking and asynchronous, for programs in Python.

Knows the wire and nothing of what is behind it: importing it brings neither models nor a server.
"""

from __future__ import annotations

from standfirst.client.asynchronous import AsyncStandfirstClient
from standfirst.client.blocking import StandfirstClient
from standfirst.client.failures import ClientError, ServiceError, Unreachable
from standfirst.client.results import (
    ArticleInfo,
    Briefing,
    Coverage,
    Job,
    JobCounts,
    JobResult,
    JudgedSentence,
    ModelStamp,
    Passage,
    PlacedSentence,
    Sentence,
    Timing,
    Verification,
)
from standfirst.client.wire import Given, Wanted

__all__ = [
    "ArticleInfo",
    "AsyncStandfirstClient",
    "Briefing",
    "ClientError",
    "Coverage",
    "Given",
    "Job",
    "JobCounts",
    "JobResult",
    "JudgedSentence",
    "ModelStamp",
    "Passage",
    "PlacedSentence",
    "Sentence",
    "ServiceError",
    "StandfirstClient",
    "Timing",
    "Unreachable",
    "Verification",
    "Wanted",
]
