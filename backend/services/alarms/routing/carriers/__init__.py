"""Ways to reach people: mail, an SMS gateway, a webhook, behind one protocol."""
