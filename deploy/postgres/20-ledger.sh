#!/bin/bash
# Where SAMPLE_LEDGER is true, lays the sample ledger's tables and lets the bridge use them. In a database of yours the tables are
# there: run ledger-grants.sql alone.
set -eu
run() { psql -v ON_ERROR_STOP=1 -q --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"; }

if [ "${SAMPLE_LEDGER:-false}" = true ]; then
    sed -e "s/\${currency}/$LEDGER_CURRENCY/g" -e "s/\${iban.country}/${LEDGER_IBAN_COUNTRY:-}/g" \
        -e "s/\${iban.bank}/${LEDGER_IBAN_BANK:-}/g" "${SAMPLE_LEDGER_SQL:-/sample-ledger.sql}" | run
    run < "${LEDGER_GRANTS_SQL:-/ledger-grants.sql}"
fi
