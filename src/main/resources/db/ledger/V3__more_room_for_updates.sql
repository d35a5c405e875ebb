-- Rows grow when an address comes after the customer: room for a next version that is larger than the row was.

ALTER TABLE ledger.customer SET (fillfactor = 40);
ALTER TABLE ledger.account SET (fillfactor = 40);
