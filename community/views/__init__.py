"""The directory: people, startups and incubators, read-only."""
