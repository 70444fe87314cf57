"""Digital signatures under PDF files, and the keys that make them."""
