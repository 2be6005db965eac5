"""The publication (行风热线通报): facts of an edition from draft to erratum, and who may take which step."""
