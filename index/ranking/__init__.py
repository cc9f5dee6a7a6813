"""Features of the candidates, their fusion, and the order."""
