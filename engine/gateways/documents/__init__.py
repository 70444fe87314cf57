"""Documents in PDF: Typst in a process of its own, which may be killed when a document takes too long."""
