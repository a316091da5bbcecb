"""Training of the taggers of names. Not shipped: the models are."""
