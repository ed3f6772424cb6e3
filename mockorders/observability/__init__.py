"""What is recorded and reported about requests."""
