"""What is known of a language: its words, numbers, dates, names and forms of sentences. English is in ``en``."""
