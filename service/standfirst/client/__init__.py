"""The Python client of the service, blocking and asynchronous. Its import loads neither models nor a server."""

from __future__ import annotations

from standfirst.client.asynchronous import AsyncStandfirstClient
from standfirst.client.blocking import StandfirstClient
from standfirst.client.digest import (
    Backing,
    CitedSentence,
    Digest,
    Disagreement,
    FailedArticle,
    Figure,
    ListedArticle,
    Story,
)
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
from standfirst.client.wire import ArticleRequest, BriefingRequest, DigestItem, DigestOptions

__all__ = [
    "ArticleInfo",
    "ArticleRequest",
    "AsyncStandfirstClient",
    "Backing",
    "Briefing",
    "BriefingRequest",
    "CitedSentence",
    "ClientError",
    "Correction",
    "Coverage",
    "Digest",
    "DigestItem",
    "DigestOptions",
    "Disagreement",
    "FailedArticle",
    "Figure",
    "FindingCounts",
    "Job",
    "JobCounts",
    "JobResult",
    "JudgedSentence",
    "ListedArticle",
    "ModelStamp",
    "Passage",
    "PlacedSentence",
    "Sentence",
    "ServiceError",
    "StandfirstClient",
    "Story",
    "Timing",
    "Unreachable",
    "Verification",
]
