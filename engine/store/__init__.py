"""SQLAlchemy: tables, repositories, and the only commit in the product."""
