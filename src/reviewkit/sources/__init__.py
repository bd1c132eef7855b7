"""Any real export becomes one tidy frame, and a log of what was repaired."""
