"""Sandboxes: the data, clock, faults and journal of one credential."""
