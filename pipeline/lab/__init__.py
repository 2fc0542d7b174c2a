"""The lab: what newer code makes of old pages, compared field by field and kept until it is promoted or dropped.

documents, old and new ─ comparing ─▶ Looked, Example ─ notebook ─▶ HOME/lab ─ summing ─▶ TrialReport
"""
