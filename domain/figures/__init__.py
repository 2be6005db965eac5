"""What is counted: measures of a case and a leg, the sets behind each indicator, tables, coverage, held time."""
