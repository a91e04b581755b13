"""The demo and exercise city: geography, equipment and its behaviour over time, on real wire protocols."""
