"""The documents are complete: every setting, every error, every model and every command."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from benchmarks.balancer import configuration, haproxy
from standfirst.cli import main
from standfirst.errors import STATUS
from standfirst.settings import Settings
from standfirst_models.catalog import catalog

TOP = Path(__file__).parents[1]
OPERATING = (TOP / "docs/operating.md").read_text(encoding="utf-8")


def test_exactly_the_settings_are_documented_with_their_defaults() -> None:
    documented = dict(re.findall(r"^\| `STANDFIRST_(\w+)` \| (.+?) \|", OPERATING, re.MULTILINE))
    assert set(documented) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int | float) and not isinstance(field.default, bool):
            default = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            assert documented[name.upper()] == f"`{default}`"


def test_exactly_the_errors_are_documented_with_their_status() -> None:
    documented = {
        (int(status), code) for status, code in re.findall(r"^\| (\d{3}) \| `(\w+)` \|", OPERATING, re.MULTILINE)
    }
    framework = {(400, "invalid_json"), (405, "method_not_allowed"), (500, "internal")}
    assert documented == set(STATUS.values()) | framework


def test_every_model_of_the_catalog_is_documented() -> None:
    models = (TOP / "docs/models.md").read_text(encoding="utf-8")
    for spec in catalog():
        assert f"| `{spec.name}` | {spec.role} | {spec.origin}" in models


def test_every_link_between_the_documents_has_a_target() -> None:
    for document in [*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), (document.name, link)


def test_the_site_has_every_document() -> None:
    site = yaml.safe_load((TOP / "mkdocs.yml").read_text(encoding="utf-8"))
    assert sorted(page for entry in site["nav"] for page in entry.values()) == sorted(
        document.name for document in (TOP / "docs").glob("*.md")
    )


def test_every_command_in_the_documents_exists_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        line
        for document in [*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")]
        for line in re.findall(
            r"^(?:\$ |\w+=\S+ )?standfirst ((?:[a-z]+ ?).*)$", document.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert len(lines) > 10
    for line in lines:
        command, *rest = line.split()
        # "models list | pull" has several actions after one command.
        actions = [word for word in rest if command in {"models", "keys"} and word.isalpha() and word.islower()]
        for action in actions[:1] or [None]:
            with pytest.raises(SystemExit) as ended:
                main([command, *filter(None, [action]), "--help"])
            assert ended.value.code == 0, line
            help_text = capsys.readouterr().out
            for option in re.findall(r"--[a-z-]+", line):
                assert option in help_text, (line, option)


def test_every_program_that_documents_and_code_name_exists() -> None:
    texts = [path for pattern in ("*.md", "*/**/*.md", "*/**/*.py") for path in TOP.glob(pattern)]
    named = {
        name
        for path in texts
        if ".venv" not in path.parts
        for name in re.findall(r"python -m ((?:benchmarks|training)(?:\.[a-z_]+)+)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert [name for name in sorted(named) if not (TOP / f"{name.replace('.', '/')}.py").exists()] == []


@pytest.mark.process
def test_haproxy_accepts_the_configuration_in_the_documents(tmp_path: Path) -> None:
    try:
        program = haproxy()
    except FileNotFoundError:
        pytest.skip("Debian's package haproxy is not installed")
    file = tmp_path / "haproxy.cfg"
    file.write_text(configuration(8080, [8001, 8002]), encoding="utf-8")
    checked = subprocess.run([program, "-c", "-f", str(file)], capture_output=True, text=True)
    # HAProxy warns of options that have no effect.
    assert (checked.returncode, "WARNING" in checked.stderr) == (0, False), checked.stderr
