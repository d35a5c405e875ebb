package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.change.Breached;
import dev.concordat.ledger.Parking.Parked;
import dev.concordat.residency.Directory;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParkingIT {
    private static LedgerGround ground;
    /** The routes that have not read what stood before them, and those whose topics' ends were asked for. */
    private final Set<String> unread = new HashSet<>();
    private final List<String> asked = new ArrayList<>();
    private int begun;
    /** So often the routes cannot be told. */
    private int unloaded;
    private Parking parking;

    @BeforeAll
    static void start() throws Exception {
        ground = new LedgerGround();
        Ledgers.migrate(ground.database(), "directory");
    }

    @AfterAll
    static void stop() throws Exception {
        ground.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        ground.run("TRUNCATE concordat.parked, concordat.quarantine, concordat.directory, ledger.customer CASCADE");
        unread.clear();
        parking = parking(ground.database());
    }

    private Parking parking(DataSource directory) {
        return new Parking("eu", ground.database(), new Directory(directory, 10), () -> ground.contracts.newest("customer"), Duration.ofHours(1),
                new Backlog(new Progress() {
                    @Override
                    public Map<TopicPartition, Long> ends(String route) {
                        asked.add(route);
                        return Map.of();
                    }

                    @Override
                    public boolean passed(String route, Map<TopicPartition, Long> ends) {
                        return !unread.contains(route);
                    }
                }, () -> {
                    begun++;
                    if (begun <= unloaded) {
                        throw new IllegalStateException("a route is being loaded again");
                    }
                    return List.of("admit", "apply-eu");
                }));
    }

    @Test
    void aLookTakesTheNextPartOfTheCustomersThatAreWaitedFor() throws SQLException {
        park("'A-' || n", "'C-' || to_char(n, 'FM0000')", 4_200, "now()");
        come("eu", "C-0001", "C-4200");

        assertThat(subjects(parking.resumable())).containsExactly("account/A-1");
        assertThat(parking.resumable()).isEmpty();
        assertThat(subjects(parking.resumable())).containsExactly("account/A-4200");
        assertThat(subjects(parking.resumable())).as("from the beginning, as it has not left").containsExactly("account/A-1");
        assertThat(parking.resumable()).isEmpty();
        come("eu", "C-4100");
        assertThat(subjects(parking.resumable())).containsExactly("account/A-4100", "account/A-4200");
    }

    @Test
    void whatIsTooMuchForALookComesWithTheNextOneInOrder() throws SQLException {
        park("'A-' || n", "'C-' || to_char(n, 'FM0000')", 2_100, "now()");
        park("'B-' || n", "'C-0007'", 700, "now() - make_interval(secs => 1000 - n)");
        come("eu", "C-0007");

        var first = parking.resumable();
        assertThat(first).hasSize(500);
        assertThat(first.get(0).subject()).isEqualTo("account/B-1");
        assertThat(first.get(499).subject()).isEqualTo("account/B-500");
        parking.leave(first);
        var second = parking.resumable();
        assertThat(second).hasSize(201);
        assertThat(second.get(0).subject()).isEqualTo("account/B-501");
        assertThat(second.get(200).subject()).isEqualTo("account/A-7");
    }

    /** All of a part are held in memory. */
    @Test
    void ofLargeChangesALookTakesFewer() throws SQLException {
        park("'A-' || n", "'C-' || to_char(n, 'FM0000')", 5, "now()");
        ground.run("UPDATE concordat.parked SET original = convert_to(repeat('x', 2097152), 'UTF8')");
        come("eu", "C-0001", "C-0002", "C-0003", "C-0004", "C-0005");

        for (int look = 0, left = 5; left > 0; look++) {
            var found = parking.resumable();
            assertThat(found).as("look " + look).hasSize(Math.min(2, left));
            left -= found.size();
            parking.leave(found);
        }
        assertThat(parking.resumable()).isEmpty();
    }

    @Test
    void aCustomerMayHaveComeInAnotherRegion() throws SQLException {
        park("'A-' || n", "'C-' || n", 3, "now()");
        ground.run("INSERT INTO concordat.directory (entity, id, customer, region) VALUES ('customer', 'C-1', 'C-1', 'us'), ('customer', 'C-2', 'C-2', 'eu')");

        assertThat(subjects(parking.resumable())).as("C-2 is on its way to this ledger").containsExactly("account/A-1");
    }

    @Test
    void anOrphanHasWaitedTooLongForACustomerThatHasNotCome() throws SQLException {
        park("'A-' || n", "'C-' || n", 2, "now() - interval '61 minutes'");
        park("'B-' || n", "'C-3'", 1, "now() - interval '59 minutes'");
        come("eu", "C-1");

        assertThat(subjects(parking.orphans())).containsExactly("account/A-2");
    }

    /** They are found once those before them, whose customers have come, have gone on. */
    @Test
    void orphansComeAfterThoseThatWaitedLongerAndCanGoOn() throws SQLException {
        park("'A-' || n", "'C-1'", 500, "now() - interval '62 minutes'");
        park("'B-' || n", "'C-2'", 1, "now() - interval '61 minutes'");
        come("eu", "C-1");

        assertThat(parking.orphans()).isEmpty();
        parking.leave(parking.resumable());
        assertThat(subjects(parking.orphans())).containsExactly("account/B-1");
    }

    @Test
    void whatIsInQuarantineAlreadyOnlyLeaves() throws SQLException {
        park("'A-' || n", "'C-' || n", 1, "now() - interval '61 minutes'");
        quarantine("quarantined");

        assertThat(subjects(parking.orphans())).containsExactly("account/A-1");
    }

    /** Else it would count as parked and as quarantined until it is overdue. */
    @Test
    void whatIsInQuarantineAlreadyLeavesOnceItsCustomerHasCome() throws SQLException {
        park("'A-' || n", "'C-' || n", 2, "now()");
        quarantine("quarantined");
        park("'B-' || n", "'C-1'", 1, "now()");
        come("eu", "C-1");

        assertThat(subjects(parking.resumable())).containsExactly("account/B-1");
        assertThat(ground.rows("SELECT id FROM concordat.parked ORDER BY id")).containsExactly("A-2", "B-1");
    }

    @Test
    void anOrphanThatWasReplayedComesBackUnderItsFirstDelivery() throws SQLException {
        park("'A-' || n", "'C-' || n", 2, "now() - interval '61 minutes'");
        quarantine("replayed");
        ground.run("DELETE FROM concordat.quarantine WHERE id = 'A-2'");

        assertThat(parking.describe(parking.orphans())).extracting(Breached::quarantined).satisfiesExactly(returned -> {
            assertThat(returned.returned()).isTrue();
            assertThat(returned.receipt()).startsWith("crm.changes-0@A-1+");
            assertThat(returned.first()).isEqualTo("crm.changes-0@A-1");
        }, first -> {
            assertThat(first.returned()).isFalse();
            assertThat(first.receipt()).isEqualTo("crm.changes-0@A-2");
            assertThat(first.first()).isNull();
        });
    }

    /** What was replayed has gone into that, and would be nowhere. */
    @Test
    void anOrphanWhoseEarlierSendingWasReplayedMeanwhileComesBackToo() throws SQLException {
        park("'A-' || n", "'C-' || n", 1, "now() - interval '61 minutes'");
        quarantine("replayed");
        ground.run("UPDATE concordat.quarantine SET receipt = 'crm.changes-0@before'");

        assertThat(parking.describe(parking.orphans())).extracting(Breached::quarantined).satisfiesExactly(returned -> {
            assertThat(returned.returned()).isTrue();
            assertThat(returned.first()).isEqualTo("crm.changes-0@A-1");
        });
    }

    /** It may have been parked before it is noted that it was sent back. */
    @Test
    void whatIsReplayedWaitsForItsCustomerAndIsResumed() throws SQLException {
        park("'A-' || n", "'C-' || n", 1, "now()");
        quarantine("replaying");
        come("eu", "C-1");

        assertThat(subjects(parking.resumable())).containsExactly("account/A-1");
        ground.run("UPDATE concordat.quarantine SET state = 'replayed'");
        assertThat(subjects(parking.resumable())).containsExactly("account/A-1");
    }

    /** After a stop or an outage, the customer may stand there still. */
    @Test
    void nothingIsAnOrphanBeforeWhatStoodInKafkaIsRead() throws SQLException {
        park("'A-' || n", "'C-' || n", 1, "now() - interval '61 minutes'");
        unread.addAll(List.of("admit", "apply-eu"));
        assertThat(parking.orphans()).isEmpty();
        assertThat(parking.orphans()).isEmpty();
        assertThat(asked).as("one end, as it was").containsExactly("admit");
        unread.remove("admit");
        assertThat(parking.orphans()).isEmpty();
        assertThat(asked).as("once all before it is read").containsExactly("admit", "apply-eu");
        park("'B-' || n", "'C-2'", 1, "now() - interval '60 minutes'");
        unread.clear();
        assertThat(subjects(parking.orphans())).as("B-1 became overdue later").containsExactly("account/A-1");
        assertThat(asked).hasSize(2);
        assertThat(subjects(parking.orphans())).containsExactly("account/A-1", "account/B-1");
        assertThat(asked).hasSize(4);
        assertThat(parking.orphans()).hasSize(2);
        assertThat(asked).as("nothing is asked while nothing becomes overdue").hasSize(4);
    }

    @Test
    void nothingIsAnOrphanWhereTheRoutesCouldNotBeToldAndNobodyIsAskedWithoutNeed() throws SQLException {
        assertThat(parking.orphans()).isEmpty();
        assertThat(begun).as("nothing is overdue").isZero();
        park("'A-' || n", "'C-' || n", 1, "now() - interval '61 minutes'");
        unread.add("admit");
        unloaded = 1;
        assertThatThrownBy(parking::orphans).isInstanceOf(IllegalStateException.class);
        assertThat(parking.orphans()).isEmpty();
        assertThat(begun).isEqualTo(2);
        unread.clear();
        assertThat(subjects(parking.orphans())).containsExactly("account/A-1");
    }

    /** Whoever resumes may have read it before it was marked, and then had seen the customer. */
    @Test
    void aCustomerWhoComesAtTheLastMomentIsFound() throws SQLException {
        park("'A-' || n", "'C-' || n", 2, "now() - interval '61 minutes'");
        var looks = new AtomicInteger();
        parking = parking((DataSource) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
            if (looks.incrementAndGet() == 2) {
                assertThat(ground.rows("SELECT id, state FROM concordat.parked ORDER BY id")).containsExactly("A-1|overdue", "A-2|overdue");
                come("eu", "C-1");
                assertThat(parking(ground.database()).resumable()).as("whose customer is looked for once more").isEmpty();
            }
            return method.invoke(ground.database(), arguments);
        }));
        assertThat(subjects(parking.orphans())).containsExactly("account/A-2");
        assertThat(looks).hasValue(2);
        assertThat(subjects(parking.resumable())).containsExactly("account/A-1");
        come("eu", "C-2");
        assertThat(subjects(parking.resumable())).as("A-2 is on its way to quarantine").containsExactly("account/A-1");
        assertThat(subjects(parking.orphans())).as("also after a crash before it was told").containsExactly("account/A-2");
    }

    @Test
    void whatWasMarkedWhenABridgeCrashedIsLookedForAnew() throws SQLException {
        park("'A-' || n", "'C-' || n", 2, "now() - interval '61 minutes'");
        ground.run("UPDATE concordat.parked SET state = 'overdue'");
        come("eu", "C-1");
        assertThat(subjects(parking.orphans())).containsExactly("account/A-2");
        assertThat(subjects(parking.resumable())).containsExactly("account/A-1");
    }

    private static void park(String id, String parent, int count, String at) throws SQLException {
        ground.run("""
                INSERT INTO concordat.parked (source, id, subject, parent, contract, receipt, original, changed_at, parked_at)
                SELECT 'urn:crm', %1$s, 'account/' || %1$s, %2$s, 'account/1.0.0', 'crm.changes-0@' || %1$s, '{}', now(), %3$s
                FROM generate_series(1, %4$d) n""".formatted(id, parent, at, count));
    }

    /** All that is parked, as where a bridge crashed before it left. */
    private static void quarantine(String state) throws SQLException {
        ground.run("""
                INSERT INTO concordat.quarantine (source, id, subject, direction, contract, rule, breaches, original, receipt, state)
                SELECT source, id, subject, 'crm-to-ledger', contract, 'orphan', '[]', original, receipt, '%s' FROM concordat.parked""".formatted(state));
    }

    private static void come(String region, String... customers) throws SQLException {
        for (String customer : customers) {
            ground.run("INSERT INTO concordat.directory (entity, id, customer, region) VALUES ('customer', '%1$s', '%1$s', '%2$s')"
                    .formatted(customer, region));
            ground.run("""
                    INSERT INTO ledger.customer (id, given_name, family_name, type, segment, email, residency, status, consent, address, versions)
                    VALUES ('%s', 'Ada', 'Example', 'individual', 'retail', 'ada@example.com', 'DE', 'active', true,
                      '{"street": "Weg 1", "city": "Town", "postalCode": "10000", "country": "DE"}', array_fill(1::bigint, ARRAY[12]))""".formatted(customer));
        }
    }

    private static List<String> subjects(List<Parked> parked) {
        return parked.stream().map(Parked::subject).sorted().toList();
    }
}
