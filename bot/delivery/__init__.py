"""From a planned message to a known outcome: `ledger` holds the rules, `worker` acts on them."""
