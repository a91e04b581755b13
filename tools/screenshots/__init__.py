"""Pictures of every panel and workspace on a sample city, without a backend."""
