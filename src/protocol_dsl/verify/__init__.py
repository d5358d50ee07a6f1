"""Questions about a protocol itself, answered by trying patients: so far, which examples it lacks."""
