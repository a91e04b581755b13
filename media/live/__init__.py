"""Live pictures: one pull a camera, relayed to viewers under one-shot tickets."""
