"""The stream to consoles: snapshots, then numbered changes in short windows, encoded once per topic."""
