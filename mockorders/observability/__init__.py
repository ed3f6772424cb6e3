"""Records and reports about requests: journal entries, explanations, exports, metrics and the log."""
