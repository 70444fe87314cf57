"""Makes procedures happen. Knows no Flask. Open it with `engine.bootstrap.open_engine`; this file imports nothing."""
