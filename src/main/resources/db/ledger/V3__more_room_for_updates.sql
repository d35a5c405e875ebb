-- A customer's address may come later than the customer: room for rows that have grown by half.

ALTER TABLE ledger.customer SET (fillfactor = 40);
ALTER TABLE ledger.account SET (fillfactor = 40);
