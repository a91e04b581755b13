SERVICES: dict[str, dict[str, str]]
