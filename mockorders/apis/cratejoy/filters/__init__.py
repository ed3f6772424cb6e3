"""Filters of orders and customers: `[relation.]property[__operator]=value`."""
