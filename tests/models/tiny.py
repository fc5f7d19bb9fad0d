"""Tiny models with random weights, saved in the layout of hub repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    DistilBertConfig,
    DistilBertModel,
    LEDConfig,
    LEDForConditionalGeneration,
    LlamaConfig,
    LlamaForCausalLM,
    MPNetConfig,
    MPNetModel,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaModel,
    T5Config,
    T5ForConditionalGeneration,
)

CORPUS = [
    "The council voted on Tuesday to close the bridge for repairs.",
    "Buses will be sent over the ring road, the council said.",
    "Shorten this to one plain sentence.",
]
_SPECIAL = ["<pad>", "<s>", "</s>", "<unk>"]
_CHAT = (
    "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant:{% endif %}"
)


_CHAT_MODEL: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
_SUMMARIZER: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "pad_token_id": 0,
    "eos_token_id": 2,
}
_ENCODER: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 300,
}


def save_tokenizer(folder: Path, *, chat: bool = False, ends: bool = False, pairs: str | None = None) -> int:
    """Train a byte-level tokenizer, save it in ``folder`` and return the number of its tokens.

    ``pairs`` is the template of a pair of texts, if the model reads pairs.
    """
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=_SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    if ends:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", pair=pairs, special_tokens=[("<s>", 1), ("</s>", 2)]
        )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
    if chat:
        fast.chat_template = _CHAT
    fast.save_pretrained(folder)
    return len(fast)


def save_llama(folder: Path, seed: int = 0, *, positions: int = 512) -> Path:
    """Save a Llama of two layers, with a context of ``positions`` tokens."""
    size = save_tokenizer(folder, chat=True)
    torch.manual_seed(seed)
    config = LlamaConfig(vocab_size=size, **(_CHAT_MODEL | {"max_position_embeddings": positions}))
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def save_qwen2(folder: Path) -> Path:
    """Save a Qwen2 of two layers."""
    size = save_tokenizer(folder, chat=True)
    torch.manual_seed(3)
    config = Qwen2Config(vocab_size=size, **_CHAT_MODEL)
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


def save_bart(folder: Path) -> Path:
    """Save a BART of one encoder and one decoder layer, with a forced first token."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(1)
    config = BartConfig(
        vocab_size=size,
        max_position_embeddings=256,
        bos_token_id=1,
        decoder_start_token_id=2,
        forced_eos_token_id=2,
        **_SUMMARIZER,
    )
    model = BartForConditionalGeneration(config)
    model.generation_config.num_beams = 4
    model.generation_config.min_length = 56
    model.generation_config.no_repeat_ngram_size = 3
    model.generation_config.forced_bos_token_id = 1
    model.save_pretrained(folder)
    return folder


def save_pegasus(folder: Path) -> Path:
    """Save a Pegasus of one encoder and one decoder layer. Its positions are computed, not weights."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(4)
    config = PegasusConfig(
        vocab_size=size,
        max_position_embeddings=256,
        decoder_start_token_id=0,
        init_std=0.4,
        **_SUMMARIZER,
    )
    PegasusForConditionalGeneration(config).save_pretrained(folder)
    return folder


def save_led(folder: Path) -> Path:
    """Save an LED of one encoder and one decoder layer, with a window of sixteen tokens."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(5)
    config = LEDConfig(
        vocab_size=size,
        max_encoder_position_embeddings=1024,
        max_decoder_position_embeddings=256,
        attention_window=[16],
        bos_token_id=1,
        decoder_start_token_id=2,
        init_std=0.4,
        **_SUMMARIZER,
    )
    LEDForConditionalGeneration(config).save_pretrained(folder)
    return folder


def save_t5(folder: Path) -> Path:
    """Save a T5 of two encoder and two decoder layers."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=size,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        pad_token_id=0,
        eos_token_id=2,
    )
    model = T5ForConditionalGeneration(config)
    model.config.decoder_start_token_id = model.generation_config.decoder_start_token_id = 0
    # A T5 ties its output to its input: with small weights it only repeats its first token.
    for weights in model.parameters():
        if weights.dim() > 1:
            torch.nn.init.normal_(weights, std=0.4)
    model.save_pretrained(folder)
    return folder


def save_roberta(folder: Path) -> Path:
    """Save a RoBERTa of one layer, whose positions start after the padding token's number."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(6)
    config = RobertaConfig(
        vocab_size=size,
        pad_token_id=1,
        **_ENCODER,
    )
    RobertaModel(config).save_pretrained(folder)
    return folder


def save_mpnet(folder: Path) -> Path:
    """Save an MPNet of one layer, with relative positions."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(7)
    config = MPNetConfig(vocab_size=size, pad_token_id=0, **(_ENCODER | {"max_position_embeddings": 400}))
    MPNetModel(config).save_pretrained(folder)
    return folder


def save_distilbert(folder: Path) -> Path:
    """Save a DistilBERT of one layer, without token types."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(8)
    config = DistilBertConfig(
        vocab_size=size, dim=32, n_layers=1, n_heads=2, hidden_dim=64, max_position_embeddings=300
    )
    DistilBertModel(config).save_pretrained(folder)
    return folder


def save_bert(folder: Path) -> Path:
    """Save a BERT of one layer."""
    size = save_tokenizer(folder, ends=True)
    torch.manual_seed(3)
    config = BertConfig(vocab_size=size, **_ENCODER)
    BertModel(config).save_pretrained(folder)
    return folder


#: Labels as NLI models of the hub name them.
NLI_LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}


def save_roberta_classifier(folder: Path, labels: dict[int, str] = NLI_LABELS, *, positions: int = 130) -> Path:
    """Save a sequence classifier of one layer, a RoBERTa with two marks between the texts of a pair."""
    size = save_tokenizer(folder, ends=True, pairs="<s> $A </s> </s> $B </s>")
    torch.manual_seed(9)
    config = RobertaConfig(
        vocab_size=size, pad_token_id=0, id2label=labels, **(_ENCODER | {"max_position_embeddings": positions})
    )
    _save_classifier(RobertaForSequenceClassification(config), folder)
    return folder


def save_bert_classifier(folder: Path, labels: dict[int, str] = NLI_LABELS) -> Path:
    """Save a sequence classifier of one layer, a BERT with token types."""
    size = save_tokenizer(folder, ends=True, pairs="<s> $A </s> $B:1 </s>:1")
    torch.manual_seed(10)
    _save_classifier(BertForSequenceClassification(BertConfig(vocab_size=size, id2label=labels, **_ENCODER)), folder)
    return folder


def save_deberta_classifier(folder: Path, labels: dict[int, str] = NLI_LABELS) -> Path:
    """Save a sequence classifier of one layer, a DeBERTa-v3: relative positions and no token types."""
    size = save_tokenizer(folder, ends=True, pairs="<s> $A </s> $B </s>")
    torch.manual_seed(11)
    version_3: dict[str, Any] = {
        "relative_attention": True,
        "position_buckets": 16,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"],
        "type_vocab_size": 0,
        "position_biased_input": False,
    }
    config = DebertaV2Config(vocab_size=size, id2label=labels, **version_3, **_ENCODER)
    _save_classifier(DebertaV2ForSequenceClassification(config), folder)
    return folder


def _save_classifier(model: Any, folder: Path) -> None:
    """Save ``model`` with large weights, so that its logits differ from text to text."""
    for name, weights in model.named_parameters():
        if weights.dim() > 1 and "embeddings" not in name:
            torch.nn.init.normal_(weights, std=0.4)
    model.save_pretrained(folder)
