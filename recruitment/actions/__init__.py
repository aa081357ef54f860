"""What may be done in recruitment: one module a subject."""
