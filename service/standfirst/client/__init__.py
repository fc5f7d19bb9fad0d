"""The Python client of the service, blocking and asynchronous. Its import loads neither models nor a server."""

from __future__ import annotations

from standfirst.client.asynchronous import AsyncStandfirstClient
from standfirst.client.blocking import StandfirstClient
from standfirst.client.failures import ClientError, ServiceError, Unreachable
from standfirst.client.results import (
    ArticleInfo,
    Briefing,
    Correction,
    Coverage,
    FindingCounts,
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
from standfirst.client.wire import ArticleRequest, BriefingRequest

__all__ = [
    "ArticleInfo",
    "ArticleRequest",
    "AsyncStandfirstClient",
    "Briefing",
    "BriefingRequest",
    "ClientError",
    "Correction",
    "Coverage",
    "FindingCounts",
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
]
