"""Everything that people read: explanations as text, protocols and checklists as documents.

No other package builds a sentence about a protocol or a patient. The fixed sentences stand in `locale/`, one file a
language; the words of the rules are the protocol's own.
"""
