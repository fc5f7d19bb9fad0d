"""The usual tutorial: FastAPI, and transformers' ``generate`` for each request, in a thread pool.

python -m benchmarks.competitors.tutorial FOLDER PORT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from benchmarks.competitors import TOKENS, summary_prompt
from standfirst_models.runtimes.torch.device import best_device, best_dtype


class Article(BaseModel):
    """The request body."""

    text: str


def create_app(folder: Path) -> FastAPI:
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    # With the fastest number format of the hardware, which a tutorial may not choose.
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=best_dtype(best_device()))
    app = FastAPI()

    @app.post("/summarize")
    def summarize(article: Article) -> dict[str, str]:
        messages = [{"role": "user", "content": summary_prompt(article.text)}]
        rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        inputs = tokenizer(rendered, add_special_tokens=False, return_tensors="pt")
        with torch.inference_mode():
            output = model.generate(**inputs, max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False)
        return {"summary": tokenizer.decode(output[0, inputs.input_ids.shape[1] :], skip_special_tokens=True)}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="error")
