"""The model: from text to token ids, through one encoder pass, to spans and links."""
