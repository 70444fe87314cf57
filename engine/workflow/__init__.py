"""SpiffWorkflow behind one door: state in, Step out. No database, no request, no thread."""
