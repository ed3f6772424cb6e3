"""Creation of orders: validation of the request, and the records of a new order."""
