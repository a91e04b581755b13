"""The application around the panels: login, screens, workspaces."""
