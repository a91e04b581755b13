"""What `python main.py import|user|audit` do."""
