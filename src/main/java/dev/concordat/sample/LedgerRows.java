package dev.concordat.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Reads the rows of a ledger and the records of the CRM as JSON under the shared names, a few hundred at a time. */
final class LedgerRows {
    private static final int BATCH = 500;
    private static final String CUSTOMERS = """
            SELECT id, jsonb_build_object('givenName', given_name, 'familyName', family_name, 'type', type,
                'segment', segment, 'email', email, 'phone', phone, 'address', address, 'residency', residency,
                'status', status, 'dateOfBirth', date_of_birth, 'taxId', tax_id, 'consent', consent,
                'customerNumber', customer_number, 'creditLimit', credit_limit, 'exposure', exposure,
                'postingsBlocked', postings_blocked, 'openedOn', opened_on)::text
            FROM ledger.customer""";
    private static final String ACCOUNTS = """
            SELECT id, jsonb_build_object('customer', customer_id, 'nickname', nickname, 'purpose', purpose,
                'product', product, 'relationshipManager', relationship_manager, 'iban', iban, 'currency', currency,
                'status', status, 'openingBalance', opening_balance, 'bookedBalance', booked_balance,
                'availableBalance', available_balance, 'openedOn', opened_on, 'closedOn', closed_on,
                'lastTransaction', last_transaction, 'postingsBlocked', postings_blocked)::text
            FROM ledger.account""";
    private static final String RECORDS = "SELECT id, document::text FROM crm.record WHERE entity = ? AND id = ANY (?)";

    private LedgerRows() {
    }

    static void each(DataSource ledger, Entity entity, Consumer<Map<String, ObjectNode>> batches) throws SQLException {
        try (Connection connection = ledger.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement =
                    connection.prepareStatement(entity == Entity.CUSTOMER ? CUSTOMERS : ACCOUNTS)) {
                statement.setFetchSize(BATCH);
                inBatches(statement.executeQuery(), batches);
            }
            connection.rollback();
        }
    }

    static Map<String, ObjectNode> records(DataSource crm, Entity entity, Iterable<String> ids) throws SQLException {
        List<String> wanted = new java.util.ArrayList<>();
        ids.forEach(wanted::add);
        Map<String, ObjectNode> records = new LinkedHashMap<>();
        try (Connection connection = crm.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORDS)) {
            statement.setString(1, entity.word());
            statement.setArray(2, connection.createArrayOf("text", wanted.toArray()));
            inBatches(statement.executeQuery(), records::putAll);
        }
        return records;
    }

    private static void inBatches(ResultSet rows, Consumer<Map<String, ObjectNode>> batches) throws SQLException {
        Map<String, ObjectNode> batch = new LinkedHashMap<>();
        while (rows.next()) {
            batch.put(rows.getString(1), json(rows.getString(2)));
            if (batch.size() == BATCH) {
                batches.accept(batch);
                batch = new LinkedHashMap<>();
            }
        }
        if (!batch.isEmpty()) {
            batches.accept(batch);
        }
    }

    private static ObjectNode json(String text) throws SQLException {
        try {
            return (ObjectNode) Event.JSON.readTree(text);
        } catch (IOException e) {
            throw new SQLException("a jsonb column has to be JSON", e);
        }
    }
}
