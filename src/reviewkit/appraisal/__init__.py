"""Appraisal of studies: instruments, judgements, certainty of evidence."""
