"""Training on an accelerator, tried on a CPU with models of a few thousand weights."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

from judgements.folds import fold_of
from training.device import pieces, train
from training.device.articles import twin_group
from training.device.examples import Group, Statement
from training.device.losses import loss_of, weakest
from training.device.measures import auc, judge, let_pass, table
from training.device.prepare import Encoded
from training.device.reader import LAYOUTS, Reader, overlap_levels
from training.device.rewordings import Twin, figures, reworded, turns
from training.device.store import Batch, Store

_SIZES: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
_WORDS = "the a mayor builder accused praised of bribes on Monday Tuesday was by not 3 three four".split()


def tokenizer() -> Tokenizer:
    words = {word: index + 110 for index, word in enumerate(_WORDS)}
    made = Tokenizer(models.WordLevel({**words, "[UNK]": 3}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def groups(count: int) -> list[Group]:
    found = []
    for index in range(count):
        evidence = f"the mayor accused the builder of bribes on Monday {index}"
        true = Statement(evidence, "the builder was accused by the mayor", True, (), True)
        false = Statement(evidence, "the mayor was accused by the builder", False, ((4, 9),), True)
        other = Statement(evidence, "the builder praised the mayor", None)
        found.append(Group("twins", (true, false), "twin-roles", index % 100))
        found.append(Group("bag", (other, Statement(evidence, true.claim, None)), "summaries", index % 100, 0.5))
    return found


def arrays(count: int) -> dict[str, np.ndarray]:
    encoded = Encoded()
    for group in groups(count):
        encoded.add(group, tokenizer())
    return encoded.arrays()


def base(folder: Path, kind: str) -> Path:
    torch.manual_seed(0)
    folder.mkdir()
    if kind == "mpnet":
        config: Any = MPNetConfig(vocab_size=140, max_position_embeddings=66, **_SIZES)
        network: torch.nn.Module = MPNetModel(config, add_pooling_layer=False)
    else:
        config = BertConfig(vocab_size=140, max_position_embeddings=64, **_SIZES)
        network = BertModel(config, add_pooling_layer=False)
    (folder / "config.json").write_text(json.dumps(config.to_dict()))
    save_file(network.state_dict(), folder / "model.safetensors")
    return folder


def reader_of(folder: Path, levels: bool = False) -> Reader:
    reader = Reader(json.loads((folder / "config.json").read_text()), 4, levels)
    reader.load_base(load((folder / "model.safetensors").read_bytes()), torch.float32)
    return reader.eval()


def test_mpnet_reads_as_transformers_has_it(tmp_path: Path) -> None:
    folder = base(tmp_path / "base", "mpnet")
    ids = torch.randint(5, 140, (2, 24))
    mask = torch.ones_like(ids)
    ids[1, 16:], mask[1, 16:] = 1, 0
    reader = reader_of(folder)
    with torch.no_grad():
        ours = reader._hidden(ids, mask, mask > 0)
        theirs = MPNetModel.from_pretrained(folder, add_pooling_layer=False).eval()(ids, mask).last_hidden_state
    torch.testing.assert_close(ours[mask > 0], theirs[mask > 0], rtol=1e-4, atol=1e-5)


def test_a_batch_is_laid_out_as_pairs_and_padded() -> None:
    store = Store(arrays(2), LAYOUTS["mpnet"], torch.device("cpu"))
    batch = store.batch(np.array([0, 1, 2, 3]))
    words = tokenizer()
    theirs = words.encode(groups(1)[0].statements[0].evidence, add_special_tokens=False).ids
    ours = words.encode("the builder was accused by the mayor", add_special_tokens=False).ids
    expected = [0, *theirs, 2, 2, *ours, 2]
    assert batch.ids[0, : len(expected)].tolist() == expected
    assert set(batch.ids[0, len(expected) :].tolist()) <= {1}
    assert batch.ids[0][batch.claims[0]].tolist() == ours
    assert int(batch.mask[0].sum()) == len(expected)
    assert batch.owners.tolist() == [0, 0, 1, 1]
    assert batch.labels.tolist() == [1, 0, -1, -1]
    assert batch.bags.tolist() == [False, False, True, True]
    assert batch.tokens[1][batch.claims[1]].tolist() == [1, 0, 1, 1, 1, 1, 1]


def test_every_group_is_drawn_once_and_whole() -> None:
    store = Store(arrays(40), LAYOUTS["bert"], torch.device("cpu"))
    drawn = list(store.draw(np.arange(80), 300, np.random.default_rng(0)))
    assert sorted(np.concatenate(drawn).tolist()) == list(range(160))
    for pairs in drawn:
        assert len(pairs) * store.widths[pairs].max() <= 300
        assert all(len(set(store.owners[pairs[i : i + 2]].tolist())) == 1 for i in range(0, len(pairs), 2))


def test_the_loss_falls_where_labels_ranks_and_bags_are_met() -> None:
    store = Store(arrays(2), LAYOUTS["bert"], torch.device("cpu"))
    batch: Batch = store.batch(np.arange(8))
    tokens = torch.where(batch.tokens == 0, -6.0, 6.0)
    right = torch.tensor([5.0, -5, -5, 5, 5, -5, -5, 5])
    wrong = torch.tensor([-5.0, 5, 5, 5, -5, 5, 5, 5])
    assert loss_of(right, tokens, batch) < loss_of(wrong, tokens, batch)
    assert loss_of(right, tokens, batch) < loss_of(right, -tokens, batch)
    # One false claim is enough for a bag.
    assert loss_of(right, tokens, batch) < loss_of(torch.tensor([5.0, -5, 5, 5, 5, -5, 5, 5]), tokens, batch)


def test_levels_are_those_of_the_longest_common_run() -> None:
    layout = LAYOUTS["bert"]
    evidence, claim = [20, 21, 22, 23, 30], [21, 22, 23, 40, 30]
    ids = torch.tensor([[101, *evidence, 102, *claim, 102]])
    claims = torch.zeros_like(ids, dtype=torch.bool)
    claims[0, 7:12] = True
    levels = overlap_levels(ids, torch.ones_like(ids), claims, layout)[0].tolist()
    # No run is 0, one token 1, two 2, three or four 3; the evidence's from 1 on, the claim's from 7.
    assert levels == [0, 1, 4, 4, 4, 2, 0, 10, 10, 10, 7, 8, 0]


@pytest.mark.parametrize("kind", ["mpnet", "bert"])
def test_a_reader_learns_and_its_adapter_comes_back(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = base(tmp_path / "base", kind)
    np.savez(tmp_path / "data.npz", **arrays(100))  # type: ignore[arg-type]
    out = tmp_path / "out"
    options = ["--minutes", "5", "--steps", "60", "--rank", "4", "--budget", "2000", "--reports", "0", "--rate", "0.01"]
    options += ["--levels"] if kind == "bert" else []
    monkeypatch.setattr(
        "sys.argv", ["train", str(out), "--data", str(tmp_path / "data.npz"), "--base", str(folder), *options]
    )
    train.main()
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert any("loss" in line for line in log)
    roles = [line for line in log if line.get("origin") == "twin-roles"]
    assert [line["true"] for line in roles] == [4, 4]  # of the last step and of the average
    adapter = load((out / "average-1.safetensors").read_bytes())
    assert not torch.equal(adapter["head.weight"], load((out / "adapter.safetensors").read_bytes())["head.weight"])
    assert "bert.encoder.layer.0.output.dense.weight#up" in adapter
    reader = reader_of(folder, levels=kind == "bert")
    reader.load_adapter(adapter)
    kept = np.load(out / "judged.npz")
    store = Store(arrays(100), reader.layout, torch.device("cpu"))
    judged = judge(reader, store, train.held_out(store, 1500), 4000)
    assert judged.pairs.tolist() == kept["pairs"].tolist()
    # Half precision in the file.
    np.testing.assert_allclose(judged.claims, kept["claims"], atol=0.05)
    assert {name for name, _ in table(store, judged)} == {"twin-roles"}


def test_weights_come_back_from_pieces_in_half_precision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = base(tmp_path / "base", "bert")
    packed, back = tmp_path / "packed", tmp_path / "back.safetensors"
    source = folder / "model.safetensors"
    monkeypatch.setattr("sys.argv", ["pieces", "pack", str(source), str(packed), "--size", "20000"])
    pieces.main()
    assert len(list(packed.iterdir())) > 1
    monkeypatch.setattr("sys.argv", ["pieces", "unpack", str(packed), str(back)])
    pieces.main()
    theirs, ours = load(source.read_bytes()), load(back.read_bytes())
    assert theirs.keys() == ours.keys()
    assert all(torch.equal(theirs[name].to(torch.bfloat16), ours[name]) for name in theirs)


def test_measures_rank_and_let_pass() -> None:
    true, false = np.array([0.5, 2, 3], np.float32), np.array([0, 1], np.float32)
    assert auc(true, false) == pytest.approx(5 / 6)
    assert auc(true[:1], true[:1]) == 0.5
    assert let_pass(true, false) == pytest.approx(2 / 3)


def test_the_weakest_token_decides() -> None:
    tokens = torch.tensor([[5.0, -4.0, 5.0, -9.0]])
    assert weakest(tokens, torch.tensor([[True, True, True, False]])).item() == pytest.approx(-4, abs=0.01)


def test_figures_are_reworded_truly_and_falsely() -> None:
    made = {
        (twin.true, twin.false != twin.true) for twin in figures("It sold 1,234 of them to three shops.", Random(0))
    }
    assert ("It sold more than 1,000 of them to three shops.", True) in made
    assert ("It sold 1,234 of them to 3 shops.", True) in made


def test_turns_change_one_fact_and_synonyms_both_members() -> None:
    (twin,) = [twin for twin in turns("The firm did not buy the shop.", Random(0)) if twin.kind == "negation"]
    assert twin == Twin("The firm failed to buy the shop.", "The firm managed to buy the shop.", "negation")
    assert reworded(twin, Random(0), 1.0).true == "The company failed to purchase the store."


def test_a_twin_marks_the_words_that_differ() -> None:
    group = twin_group(Twin("It came on Monday.", "It came on Friday.", "date"), "It came on Monday.", "twin-date", 7)
    false = group.statements[1]
    assert [false.claim[a:b] for a, b in false.changed] == ["Friday."]
    assert fold_of("x") == fold_of("X!")
