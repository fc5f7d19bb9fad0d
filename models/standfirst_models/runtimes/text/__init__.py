"""What the runtimes share: tokenizers, chats, batches, and the encoder and verifier around a network of any runtime."""
