"""Data only: one folder per source, the hand-kept facts, and the sample corpus."""
