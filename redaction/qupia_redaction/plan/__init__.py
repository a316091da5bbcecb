"""Details and order to what happens to each stretch of text, and the words that stand there."""
