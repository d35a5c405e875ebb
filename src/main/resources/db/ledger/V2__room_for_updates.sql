-- Room in each page for the next version of a row: an update that changes no indexed column then touches no index.

ALTER TABLE ledger.customer SET (fillfactor = 60);
ALTER TABLE ledger.account SET (fillfactor = 60);
