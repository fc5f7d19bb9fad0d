"""Who speaks in a paragraph."""

from __future__ import annotations

import numpy as np
import pytest

from standfirst.reading.paragraph_classifier import BUCKETS, paragraph_classifier, paragraph_features


@pytest.mark.parametrize(
    "paragraph",
    [
        "Sign in or subscribe to go on reading this story.",
        "We and our partners use cookies to measure how our advertisements do and to learn about our readers.",
        "Get our free newsletter in your inbox every morning.",
        "Do you know more? Write to our newsroom in confidence.",
        "You have been blocked by the security service of this website.",
    ],
)
def test_the_publisher_is_told_from_the_story(paragraph: str) -> None:
    assert paragraph_classifier().probabilities(paragraph)[0] > 0.8


@pytest.mark.parametrize(
    "paragraph",
    [
        "The minister signed the law, and newspapers have a year to change how they use cookies.",
        "The newsletter of the council went out to 40,000 subscribers on Friday.",
        "“You cannot read our letters,” she told the officers, who did.",
        "Hackers kept the people of Harwick from the website of their council for six hours on Monday.",
    ],
)
def test_a_story_about_publishers_stays_a_story(paragraph: str) -> None:
    assert paragraph_classifier().probabilities(paragraph)[0] < 0.4


@pytest.mark.parametrize(
    "paragraph", ["", "?", "word " * 10_000, "火" * 100, "https://courier.example/a ann@courier.example"]
)
def test_any_text_has_features_and_probabilities(paragraph: str) -> None:
    buckets, whole = paragraph_features(paragraph)
    assert all(0 <= bucket < BUCKETS for bucket in buckets)
    assert np.isfinite(whole).all()
    publisher, caption = paragraph_classifier().probabilities(paragraph)
    assert 0 <= publisher <= 1
    assert 0 <= caption <= 1
