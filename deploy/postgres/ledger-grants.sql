-- What the bridge's role needs of a ledger: to read and write the tables of the contracts, and to lay its triggers on them.
-- No DELETE, and no other table but to read what the contracts' quality rules count. A trigger of the ledger on these tables runs
-- with the bridge's rights, unless its function is SECURITY DEFINER: grant what else it uses, as the sequences here.
GRANT USAGE ON SCHEMA ledger TO concordat;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO concordat;
GRANT INSERT, UPDATE, TRIGGER ON ledger.customer, ledger.account TO concordat;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA ledger TO concordat;
