"""Bringing cameras in: searched for, listed, tried one by one, added together."""
