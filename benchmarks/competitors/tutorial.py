"""The usual tutorial: FastAPI, and transformers' ``generate`` for each request, in a thread of the pool.

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

from benchmarks.competitors import TOKENS, asked
from standfirst_models.runtimes.torch.device import best_device, best_dtype


class Article(BaseModel):
    """What is sent."""

    text: str


def create_app(folder: Path) -> FastAPI:
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    # In the numbers that this processor is fastest in, which a tutorial may not think of.
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=best_dtype(best_device()))
    app = FastAPI()

    @app.post("/summarize")
    def summarize(article: Article) -> dict[str, str]:
        turns = [{"role": "user", "content": asked(article.text)}]
        rendered = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        inputs = tokenizer(rendered, add_special_tokens=False, return_tensors="pt")
        with torch.inference_mode():
            output = model.generate(**inputs, max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False)
        return {"summary": tokenizer.decode(output[0, inputs.input_ids.shape[1] :], skip_special_tokens=True)}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="error")
