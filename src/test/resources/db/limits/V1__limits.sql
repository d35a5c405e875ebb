CREATE TABLE limits AS SELECT current_setting('statement_timeout') AS statement_timeout;
