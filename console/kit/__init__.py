"""What every part of the console is built with: panels' contract, tasks, tick, texts."""
