"""Reads `forms/*.json` (form-js schema), checks answers, says what is missing and where."""
