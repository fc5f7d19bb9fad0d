"""The server of llama.cpp, from llama-cpp-python (``pip install 'llama-cpp-python[server]'``, which compiles it).

python -m benchmarks.competitors.llama_cpp_server FILE.gguf PORT
"""

from __future__ import annotations

import os
import sys


def main(gguf: str, port: str) -> None:
    command = [sys.executable, "-m", "llama_cpp.server", "--model", gguf, "--port", port, "--n_ctx", "8192"]
    os.execv(sys.executable, command)  # noqa: S606 - a fixed command


if __name__ == "__main__":
    main(*sys.argv[1:])
