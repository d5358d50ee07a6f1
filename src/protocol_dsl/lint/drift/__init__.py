"""The drift check: what the quoted wording claims, what the rule claims, and where the two differ."""
