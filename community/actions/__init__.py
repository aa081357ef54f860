"""What is done to the rows of the community: one module a subject."""
