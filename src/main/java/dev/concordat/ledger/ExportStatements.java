package dev.concordat.ledger;

import static java.util.stream.Collectors.joining;

import dev.concordat.contract.Contract;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles the contracts into the SQL that tells the CRM what the ledger changed: triggers that note an entity when a
 * ledger-owned column changes, and the queries that claim noted entities from the outbox and read them for sending.
 */
public final class ExportStatements {
    /** PostgreSQL takes a hundred arguments at most, two for each. */
    private static final int MEMBERS = 50;

    private ExportStatements() {
    }

    /**
     * Fails where the ledger has no such table or column, or one of its own that cannot be compared, as of type json: the trigger would fail on that when
     * the ledger's own programs write.
     */
    static String look(Contract contract) {
        return "SELECT versions, " + contract.fields().stream().map(Field::column).collect(joining(", ")) + " FROM " + contract.table() + " WHERE false"
                + contract.ownedBy(Owner.LEDGER).stream().map(field -> " OR " + field.column() + " IS DISTINCT FROM " + field.column()).collect(joining())
                + " LIMIT 0";
    }

    /**
     * Creates or replaces the triggers on an entity's table; they append notes in the ledger's own transaction. Where the ledger owns nothing
     * of it, there is nothing to tell: removes what an earlier contract had asked for.
     */
    public static String triggers(Contract contract) {
        String name = "concordat_outbox_" + contract.entity();
        String key = contract.key().column();
        if (contract.ownedBy(Owner.LEDGER).isEmpty()) {
            return """
                    DROP TRIGGER IF EXISTS %1$s_new ON %2$s;
                    DROP TRIGGER IF EXISTS %1$s_changed ON %2$s;
                    """.formatted(name, contract.table());
        }
        String changed = contract.ownedBy(Owner.LEDGER).stream()
                .map(field -> "o." + field.column() + " IS DISTINCT FROM n." + field.column()).collect(joining(" OR "));
        return """
                INSERT INTO concordat.telling (entity, contract) VALUES ('%1$s', %6$s) ON CONFLICT (entity, contract) DO NOTHING;
                UPDATE concordat.telling SET seen_at = now() WHERE entity = '%1$s' AND contract = %6$s AND seen_at < now() - interval '1 minute';
                CREATE OR REPLACE FUNCTION concordat.note_new_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                  INSERT INTO concordat.note (entity, id) SELECT '%1$s', n.%2$s FROM new_rows n;
                  RETURN NULL;
                END $$;
                CREATE OR REPLACE FUNCTION concordat.note_changed_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                -- Transition tables have no statistics: a nested loop over a wave would compare each row with each.
                SET enable_nestloop = off AS $$
                BEGIN
                  INSERT INTO concordat.note (entity, id)
                  -- A row that is given another key is a new one to the CRM.
                  SELECT '%1$s', n.%2$s FROM new_rows n LEFT JOIN old_rows o USING (%2$s) WHERE o.%2$s IS NULL OR %3$s;
                  RETURN NULL;
                END $$;
                CREATE OR REPLACE TRIGGER %4$s_new AFTER INSERT ON %5$s
                  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION concordat.note_new_%1$s();
                CREATE OR REPLACE TRIGGER %4$s_changed AFTER UPDATE ON %5$s
                  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                  FOR EACH STATEMENT EXECUTE FUNCTION concordat.note_changed_%1$s();
                """.formatted(contract.entity(), key, changed, name, contract.table(), version(contract));
    }

    private static String version(Contract contract) {
        var version = Version.of(contract.version()).orElseThrow();
        return "'{%d,%d,%d}'::int[]".formatted(version.major(), version.minor(), version.patch());
    }

    /**
     * Claims up to {@code :#limit} entities for {@code :#lease} seconds and returns entity, id, version, attempts, in epoch
     * milliseconds since when the CRM has not been told what it is and when it was claimed, and {@code claim}, which tells this claim from any
     * other. Where the CRM did not answer the last call, the version is that call's. A claim that is not settled in time is free again.
     *
     * <p>First comes what waits longest: a further change of an entity leaves it where it is, or one that changes all the time would
     * be told last.
     *
     * <p>The document is read by a statement of its own, after the claim: read by the same one, it could be older than the
     * version that the claim locked, and the newer one would never be sent.
     *
     * <p>Nothing is claimed of an entity of which another bridge tells by a newer contract, as long as that one looks too: told by an older one, the
     * fields that it does not know would be left out, and nobody would tell them afterwards.
     *
     * <p>What is due is chosen once, whatever the planner knows: joined, it would be chosen anew for each row of an outbox that was
     * empty when the statement was planned, each time passing over those before, until all are claimed.
     */
    public static String claim(List<Contract> contracts) {
        return """
                WITH own (entity, contract) AS (VALUES %s),
                told AS (
                  INSERT INTO concordat.telling (entity, contract)
                  SELECT entity, contract FROM own WHERE NOT EXISTS (
                    SELECT FROM concordat.telling t WHERE t.entity = own.entity AND t.contract = own.contract AND t.seen_at > now() - interval '10 s')
                  ON CONFLICT (entity, contract) DO UPDATE SET seen_at = now()
                )
                UPDATE concordat.outbox o SET claimed_till = now() + make_interval(secs => :#lease)
                WHERE o.ctid = ANY (ARRAY(SELECT ctid FROM concordat.outbox WHERE claimed_till < now()
                      AND entity = ANY (ARRAY(SELECT entity FROM own WHERE NOT EXISTS (SELECT FROM concordat.telling t
                        WHERE t.entity = own.entity AND t.contract > own.contract AND t.seen_at > now() - interval '1 minute')))
                      ORDER BY changed_at LIMIT :#limit FOR UPDATE SKIP LOCKED))
                RETURNING o.entity, o.id, coalesce(o.unheard_version, o.version) AS version, o.attempts,
                  (extract(epoch FROM o.changed_at) * 1000)::bigint AS changed_ms, (extract(epoch FROM now()) * 1000)::bigint AS claimed_ms,
                  o.claimed_till::text AS claim
                """.formatted(contracts.stream().map(contract -> "('" + contract.entity() + "', " + version(contract) + ")").collect(joining(", ")));
    }

    /** Takes back that somebody tells by a contract that was refused after all; whoever does says so again. */
    static String retract(Contract contract) {
        return "DELETE FROM concordat.telling WHERE entity = '" + contract.entity() + "' AND contract = " + version(contract);
    }

    /**
     * Reads the claimed entities, given as JSON array {@code :#claimed}, and adds their ledger-owned fields as JSON text: as they
     * are now, or as the call said that the CRM did not answer; and {@code size}, the text's bytes, null where the ledger has none any more.
     *
     * <p>A text of more than {@code :#largest} bytes is left in the database, and so is what, but for the first, would make the texts more than
     * 4 MiB together, as all of a claim are held at once.
     */
    public static String documents(List<Contract> contracts) {
        return """
                WITH claimed AS (
                  SELECT * FROM jsonb_to_recordset(:#claimed::jsonb)
                    AS c(entity text, id text, version bigint, attempts integer, changed_ms bigint, claimed_ms bigint, claim text)
                ), found AS (
                %s), sized AS (
                  SELECT *, octet_length(document) AS size FROM found
                ), counted AS (
                  SELECT *, sum(size) FILTER (WHERE size <= :#largest) OVER (ORDER BY changed_ms, entity, id ROWS UNBOUNDED PRECEDING) AS bytes FROM sized
                )
                SELECT entity, id, version, attempts, changed_ms, claimed_ms, claim, size,
                  CASE WHEN size <= :#largest AND (bytes <= 4194304 OR bytes = size) THEN document END AS document FROM counted
                """.formatted(contracts.stream().map(contract -> """
                  SELECT c.*, coalesce(o.unheard, d.document) AS document FROM claimed c
                  LEFT JOIN concordat.outbox o ON o.id = c.id AND o.entity = c.entity AND o.unheard_version = c.version
                  LEFT JOIN LATERAL (SELECT %s::text AS document FROM %s t WHERE t.%s = c.id OFFSET 0) d ON true WHERE c.entity = '%s'
                """.formatted(document(contract), contract.table(), contract.key().column(), contract.entity()))
                .collect(joining("  UNION ALL\n")));
    }

    private static String document(Contract contract) {
        var fields = contract.ownedBy(Owner.LEDGER);
        var parts = new ArrayList<>(List.of("jsonb_build_object('id', t." + contract.key().column() + ")"));
        for (int i = 0; i < fields.size(); i += MEMBERS) {
            parts.add("jsonb_build_object(" + fields.subList(i, Math.min(i + MEMBERS, fields.size())).stream().map(ExportStatements::member)
                    .collect(joining(", ")) + ")");
        }
        return "(" + String.join(" || ", parts) + ")";
    }

    private static String member(Field field) {
        return "'" + field.name() + "', t." + field.column();
    }
}
