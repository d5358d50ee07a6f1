"""The forms of a document: HTML, Markdown, Word and PDF, each made from the same elements."""
