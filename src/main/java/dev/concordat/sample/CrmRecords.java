package dev.concordat.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The sample CRM's records in its database. */
final class CrmRecords {
    private static final String STORE = """
            INSERT INTO crm.record AS r (entity, id, version, document, versions)
            SELECT ?::text, ?::text, i.version, jsonb_strip_nulls(i.document),
                   (SELECT jsonb_object_agg(key, i.version) FROM jsonb_object_keys(i.document) key)
            FROM (SELECT ?::bigint AS version, ?::jsonb AS document) i
            ON CONFLICT (entity, id) DO UPDATE SET (version, document, versions, updated_at) = (
                SELECT CASE WHEN EXCLUDED.version > r.version THEN EXCLUDED.version ELSE r.version + 1 END,
                       jsonb_strip_nulls(r.document || jsonb_object_agg(n.key, coalesce(n.value, 'null'))),
                       r.versions || jsonb_object_agg(n.key, EXCLUDED.version), clock_timestamp()
                FROM (SELECT key, EXCLUDED.document -> key AS value FROM jsonb_object_keys(EXCLUDED.versions) key
                      WHERE EXCLUDED.version > coalesce((r.versions ->> key)::bigint, 0)) n)
            WHERE EXISTS (SELECT FROM jsonb_object_keys(EXCLUDED.versions) key
                          WHERE EXCLUDED.version > coalesce((r.versions ->> key)::bigint, 0))""";
    private static final String READ = "SELECT id, version, document::text FROM crm.record WHERE entity = ? AND id = ?";
    private static final String PAGE =
            "SELECT id, version, document::text FROM crm.record WHERE entity = ? AND id > ? ORDER BY id LIMIT ?";
    private static final String WRITE = """
            UPDATE crm.record SET version = version + 1, document = jsonb_strip_nulls(document || ?::jsonb),
                                  updated_at = clock_timestamp()
            WHERE entity = ? AND id = ? RETURNING id, version, document::text""";
    private static final String ANSWERED = """
            SELECT answered -> 'document' ->> 'id', (answered ->> 'version')::bigint, (answered -> 'document')::text
            FROM crm.idempotency_key WHERE key = ?""";
    private static final String REMEMBER = """
            INSERT INTO crm.idempotency_key (key, answered)
            VALUES (?, jsonb_build_object('version', ?::bigint, 'document', ?::jsonb))""";

    private final DataSource crm;

    CrmRecords(DataSource crm) {
        this.crm = crm;
    }

    record Found(long version, ObjectNode document) {
    }

    /** How a patch ended; UNCHANGED set what was there already, REPEATED came with a key that was used before. */
    enum Ending { PATCHED, UNCHANGED, REPEATED, UNKNOWN, OUTDATED }

    record Patched(Ending ending, Found record) {
    }

    Optional<Found> read(Entity entity, String id) throws SQLException {
        try (Connection connection = crm.getConnection()) {
            return found(connection, READ, entity.word(), id);
        }
    }

    /** The records that follow an id, in the order of their ids. */
    ArrayNode page(Entity entity, String after, int limit) throws SQLException {
        ArrayNode items = Event.JSON.createArrayNode();
        try (Connection connection = crm.getConnection();
                PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setString(1, entity.word());
            statement.setString(2, after);
            statement.setInt(3, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    items.add(found(rows).document());
                }
            }
        }
        return items;
    }

    /** Takes in what users of the CRM changed; a change that was taken in before has no effect. */
    void store(List<Emission> emissions) throws SQLException {
        try (Connection connection = crm.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(STORE)) {
                for (Emission emission : emissions) {
                    ObjectNode fields = ownFields(emission);
                    if (!fields.isEmpty()) {
                        statement.setString(1, emission.entity());
                        statement.setString(2, emission.entityId());
                        statement.setLong(3, emission.version());
                        statement.setString(4, fields.toString());
                        statement.addBatch();
                    }
                }
                statement.executeBatch();
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** Merges the fields into the record once for each key. */
    Patched patch(Entity entity, String id, ObjectNode fields, String key, String ifMatch) throws SQLException {
        try (Connection connection = crm.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Patched patched = patch(connection, entity, id, fields, key, ifMatch);
                connection.commit();
                return patched;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static Patched patch(
            Connection connection, Entity entity, String id, ObjectNode fields, String key, String ifMatch)
            throws SQLException {
        Optional<Found> before = found(connection, READ + " FOR UPDATE", entity.word(), id);
        if (before.isEmpty()) {
            return new Patched(Ending.UNKNOWN, null);
        }
        Optional<Found> answered = key == null ? Optional.empty() : found(connection, ANSWERED, key);
        if (answered.isPresent()) {
            return new Patched(Ending.REPEATED, answered.get());
        }
        if (ifMatch != null && !ifMatch.equals("*") && !ifMatch.equals(Answer.etag(before.get().version()))) {
            return new Patched(Ending.OUTDATED, before.get());
        }
        boolean effective = changes(before.get().document(), fields);
        Found after = effective
                ? found(connection, WRITE, fields.toString(), entity.word(), id).orElseThrow() : before.get();
        if (key != null) {
            remember(connection, key, after);
        }
        return new Patched(effective ? Ending.PATCHED : Ending.UNCHANGED, after);
    }

    private static boolean changes(ObjectNode document, ObjectNode fields) {
        return fields.properties().stream().anyMatch(field -> field.getValue().isNull()
                ? document.has(field.getKey()) : !field.getValue().equals(document.get(field.getKey())));
    }

    private static void remember(Connection connection, String key, Found found) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REMEMBER)) {
            statement.setString(1, key);
            statement.setLong(2, found.version());
            statement.setString(3, found.document().toString());
            statement.execute();
        }
    }

    private static Optional<Found> found(Connection connection, String query, String... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(found(rows)) : Optional.empty();
            }
        }
    }

    private static Found found(ResultSet row) throws SQLException {
        try {
            ObjectNode document = Event.JSON.createObjectNode().put("id", row.getString(1));
            document.setAll((ObjectNode) Event.JSON.readTree(row.getString(3)));
            return new Found(row.getLong(2), document);
        } catch (JsonProcessingException e) {
            throw new SQLException("a jsonb column has to be JSON", e);
        }
    }

    /** What the CRM keeps of a change that it sends: nothing of a breach, and no field of the ledger. */
    private static ObjectNode ownFields(Emission emission) {
        ObjectNode fields = Event.JSON.createObjectNode();
        if (emission.kind().breach() || emission.kind() == Kind.DUPLICATE) {
            return fields;
        }
        fields.setAll(Event.after(emission));
        fields.remove("id");
        fields.remove(Entity.of(emission.entity()).ofLedger());
        return emission.kind() == Kind.FOREIGN_ONLY ? fields.removeAll() : fields;
    }
}
