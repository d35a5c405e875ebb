-- A rule of the ledger's own, of which the contract says nothing: eleven zeros are what a form holds that nobody filled in.

ALTER TABLE ledger.customer ADD CONSTRAINT tax_id_no_placeholder CHECK (tax_id <> '00000000000');
