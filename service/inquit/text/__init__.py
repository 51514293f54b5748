"""Reading plain text: quotation marks, paragraphs, sentences and offsets, never changing it."""
