"""What benchmarks and training share: true and false sentences of articles, and how well they are told apart."""
