"""The resources of Cratejoy: what its endpoints serve, each declared once."""
