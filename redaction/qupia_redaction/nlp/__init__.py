"""Reading aids of the detectors: folded text, words, language by line, name lists, the NLP engine."""
