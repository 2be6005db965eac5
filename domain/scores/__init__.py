"""The score ledger (考核扣分): rules, causes proposed from the log, entries, appeals."""
