"""The durable store: change records of sandboxes, and the engines that keep them."""
