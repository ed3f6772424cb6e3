"""The account of the current customer: its data, its subscription, and its shipping information."""
