"""The publish gate: every problem of a procedure before it can be published, found by `review.review`."""
