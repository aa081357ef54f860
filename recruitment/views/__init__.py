"""The pages of recruitment: one module a subject."""
