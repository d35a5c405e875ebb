-- An index of a table with many rows takes longer than any other statement of the bridge may; ends with the transaction.
SET LOCAL statement_timeout = 0;
