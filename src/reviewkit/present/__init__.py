"""Pictures and pages, drawn from plain frames."""
