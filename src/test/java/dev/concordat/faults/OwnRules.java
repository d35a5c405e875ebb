package dev.concordat.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.sample.Emission;
import dev.concordat.sample.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Rules that the ledgers' tables have of their own in some rounds, as a bank's have, and of which no contract says anything: columns that are
 * NOT NULL, flags of customers and accounts that have to go with the status, columns that triggers fill; and changes that they refuse.
 */
final class OwnRules {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String LIFT = """
            DROP TRIGGER IF EXISTS own_stamp ON ledger.customer;
            DROP TRIGGER IF EXISTS own_stamp ON ledger.account;
            DROP TRIGGER IF EXISTS own_flags ON ledger.customer;
            DROP TRIGGER IF EXISTS own_flags ON ledger.account;
            DROP FUNCTION IF EXISTS ledger.stamp_customer(), ledger.stamp_account(), ledger.check_flags();
            ALTER TABLE ledger.customer DROP COLUMN IF EXISTS search_name, DROP CONSTRAINT IF EXISTS own_flag,
                DROP CONSTRAINT IF EXISTS own_tax_id, DROP CONSTRAINT IF EXISTS own_status,
                ALTER family_name DROP NOT NULL, ALTER type DROP NOT NULL, ALTER segment DROP NOT NULL, ALTER phone DROP NOT NULL,
                ALTER address DROP NOT NULL, ALTER residency DROP NOT NULL, ALTER status DROP NOT NULL, ALTER consent DROP NOT NULL;
            ALTER TABLE ledger.account DROP COLUMN IF EXISTS search_name;
            """;

    /** What every create brings is NOT NULL. Rows of earlier rounds are stamped too, without a trigger that would note it as a write. */
    private static final String LAY = """
            ALTER TABLE ledger.customer ADD COLUMN search_name text,
                ADD CONSTRAINT own_flag CHECK (postings_blocked = (status IN ('suspended', 'closed', 'deceased'))),
                ALTER family_name SET NOT NULL, ALTER type SET NOT NULL, ALTER segment SET NOT NULL, ALTER phone SET NOT NULL,
                ALTER address SET NOT NULL, ALTER residency SET NOT NULL, ALTER status SET NOT NULL, ALTER consent SET NOT NULL;
            ALTER TABLE ledger.customer ALTER search_name TYPE text USING upper(family_name), ALTER search_name SET NOT NULL;
            CREATE FUNCTION ledger.stamp_customer() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.search_name := upper(NEW.family_name);
                RETURN NEW;
            END $$;
            CREATE TRIGGER own_stamp BEFORE INSERT OR UPDATE ON ledger.customer FOR EACH ROW EXECUTE FUNCTION ledger.stamp_customer();
            ALTER TABLE ledger.account ADD COLUMN search_name text;
            ALTER TABLE ledger.account ALTER search_name TYPE text USING upper(coalesce(nickname, '')), ALTER search_name SET NOT NULL;
            CREATE FUNCTION ledger.stamp_account() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.search_name := upper(coalesce(NEW.nickname, ''));
                RETURN NEW;
            END $$;
            CREATE TRIGGER own_stamp BEFORE INSERT OR UPDATE ON ledger.account FOR EACH ROW EXECUTE FUNCTION ledger.stamp_account();
            CREATE FUNCTION ledger.check_flags() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT FROM ledger.account a JOIN ledger.customer c ON c.id = a.customer_id
                           WHERE c.id = to_jsonb(NEW) ->> TG_ARGV[0] AND a.postings_blocked <> (c.status IN ('suspended', 'closed', 'deceased'))) THEN
                    RAISE EXCEPTION 'accounts are blocked with their customer' USING ERRCODE = 'BK002';
                END IF;
                RETURN NULL;
            END $$;
            -- Of a transaction as a whole: customer and accounts may be written in any order.
            CREATE CONSTRAINT TRIGGER own_flags AFTER INSERT OR UPDATE ON ledger.customer DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION ledger.check_flags('id');
            CREATE CONSTRAINT TRIGGER own_flags AFTER INSERT OR UPDATE ON ledger.account DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION ledger.check_flags('customer_id');
            """;

    private static final String MISSTAMPED = """
            SELECT 'customer ' || id FROM ledger.customer WHERE search_name <> upper(family_name)
            UNION ALL SELECT 'account ' || id FROM ledger.account WHERE search_name <> upper(coalesce(nickname, ''))""";

    private final Map<String, DataSource> ledgers;
    private Set<Refused> laid = Set.of();

    /**
     * A change that the ledgers refuse. No create brings it and no later change of the same field follows it, so it is refused in whatever order
     * changes come. Rows of earlier rounds may hold it: NOT VALID leaves them alone.
     */
    enum Refused {
        NO_TAX_ID("ALTER TABLE ledger.customer ADD CONSTRAINT own_tax_id CHECK (tax_id IS NOT NULL) NOT VALID;", after -> after.path("taxId").isNull()),
        DECEASED("ALTER TABLE ledger.customer ADD CONSTRAINT own_status CHECK (status <> 'deceased') NOT VALID;", sets("deceased")),
        /** By a trigger, with a code of the bank's own. */
        CLOSED("""
                CREATE OR REPLACE FUNCTION ledger.stamp_customer() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.status = 'closed' THEN
                        RAISE EXCEPTION 'customers are closed at the counter' USING ERRCODE = 'BK001';
                    END IF;
                    NEW.search_name := upper(NEW.family_name);
                    RETURN NEW;
                END $$;""", sets("closed"));

        private final String sql;
        private final Predicate<JsonNode> brokenBy;

        Refused(String sql, Predicate<JsonNode> brokenBy) {
            this.sql = sql;
            this.brokenBy = brokenBy;
        }

        private static Predicate<JsonNode> sets(String status) {
            return after -> after.path("status").asText().equals(status);
        }
    }

    OwnRules(Map<String, DataSource> ledgers) {
        this.ledgers = ledgers;
    }

    /** One of the refusals at least. */
    static Set<Refused> draw(RandomGenerator dice) {
        int drawn = dice.nextInt(1, 1 << Refused.values().length);
        return EnumSet.allOf(Refused.class).stream().filter(each -> (drawn >> each.ordinal() & 1) == 1).collect(Collectors.toUnmodifiableSet());
    }

    /** As the model takes it: a change that only the ledger refuses is told as such. */
    static Emission judged(Emission emission, Set<Refused> refused) {
        if (refused.isEmpty() || emission.kind().breach() || !emission.entity().equals("customer")) {
            return emission;
        }
        try {
            JsonNode after = JSON.readTree(emission.body()).path("data").path("after");
            return refused.stream().noneMatch(each -> each.brokenBy.test(after)) ? emission
                    : new Emission(emission.channel(), Kind.LEDGER_REFUSED, emission.id(), emission.key(), emission.entity(), emission.entityId(),
                            emission.version(), emission.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param refused empty where the tables have no rules of their own; for a time in which no change is under way */
    void lay(Set<Refused> refused) throws SQLException {
        if (refused.equals(laid)) {
            return;
        }
        String sql = LIFT + (refused.isEmpty() ? "" : LAY + refused.stream().map(each -> each.sql).collect(Collectors.joining("\n")));
        for (DataSource ledger : ledgers.values()) {
            try (var connection = ledger.getConnection(); var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
        laid = refused;
    }

    /** Rows that do not hold what the ledgers' triggers have to put there. */
    List<String> differences() throws SQLException {
        var lines = new ArrayList<String>();
        if (!laid.isEmpty()) {
            for (var ledger : ledgers.entrySet()) {
                try (var connection = ledger.getValue().getConnection(); var statement = connection.createStatement();
                        var rows = statement.executeQuery(MISSTAMPED)) {
                    while (rows.next()) {
                        lines.add(rows.getString(1) + ": column search_name in ledger " + ledger.getKey() + " is not what the ledger's trigger puts there");
                    }
                }
            }
        }
        return lines;
    }
}
