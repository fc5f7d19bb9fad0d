"""The domain: frozen values that every other package shares, without behaviour of their own."""
