"""How the database got its shape: numbered steps, each with its way back. A package, so that a wheel carries them."""
