"""``standfirst brief --batch``: a line of results per article, in one run or several."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path


def test_a_batch_has_one_line_per_article_and_continues_after_an_interruption(
    story: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    listed, results = tmp_path / "list.txt", tmp_path / "results.jsonl"
    other = tmp_path / "other.txt"
    other.write_text(story.read_text(encoding="utf-8").replace("Harwick", "Marlow"), encoding="utf-8")
    names = [str(story), str(tmp_path / "none.txt"), "http://127.0.0.1/", str(other)]
    listed.write_text("\n\n".join(names) + "\n", encoding="utf-8")
    assert "2 of the articles" in fails("brief", "--batch", str(listed), "--out", str(results))
    whole = results.read_bytes()
    lines = {result["index"]: result for result in map(json.loads, whole.splitlines())}
    assert [lines[index]["source"] for index in range(4)] == names
    assert [lines[index].get("error", {}).get("code") for index in range(4)] == [
        None,
        "invalid_request",
        "fetch_forbidden",
        None,
    ]
    assert lines[3]["briefing"]["headline"] is not None

    # Ended in the middle of its second line: that one and what follows are done again, and nothing else is.
    first_line = whole.index(b"\n") + 1
    results.write_bytes(whole[: first_line + 20])
    assert "2 of the articles" in fails("brief", "--batch", str(listed), "--out", str(results))
    again = results.read_bytes()
    assert again.startswith(whole[:first_line])
    assert sorted(json.loads(line)["index"] for line in again.splitlines()) == [0, 1, 2, 3]

    listed.write_bytes(b"\xff\x00")
    assert "neither text" in fails("brief", "--batch", str(listed), "--out", str(results))
    listed.write_text(f"{other}\n{story}\n", encoding="utf-8")
    assert "another list" in fails("brief", "--batch", str(listed), "--out", str(results))
    assert results.read_bytes() == again
