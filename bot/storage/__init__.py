"""All SQL of the project: the open database, its tables and one file of statements for each of them."""
