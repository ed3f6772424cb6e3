"""One credential's data, clock, faults and journal."""
