package dev.concordat.residency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Breach;
import dev.concordat.change.Outcomes;
import dev.concordat.contract.Drift;
import dev.concordat.contract.Observed;
import dev.concordat.contract.Severity;
import dev.concordat.residency.Directory.Key;
import dev.concordat.residency.Directory.Place;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DirectoryIT {
    private static final Key C1 = new Key("customer", "C-1");
    private static final Key A1 = new Key("account", "A-1");
    @RegisterExtension
    static final DirectoryGround ground = new DirectoryGround();

    private static Directory directory() {
        return new Directory(ground.database, 100);
    }

    @Test
    void whatWasAddedIsFoundByEveryBridge() throws SQLException {
        assertThat(directory().add(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "eu")))).isEmpty();
        assertThat(directory().find(List.of(C1, A1, new Key("customer", "A-1"), new Key("customer", "C-2"))))
                .isEqualTo(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "eu")));
        assertThat(directory().find(C1)).contains(new Place("C-1", "eu"));
        assertThat(directory().find(new Key("account", "C-1"))).isEmpty();
    }

    @Test
    void addingTheSameAgainIsNoContradiction() throws SQLException {
        directory().add(Map.of(C1, new Place("C-1", "eu")));
        assertThat(directory().add(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "eu")))).isEmpty();
    }

    @Test
    void theFirstEntryStaysAndASecondOneThatSaysOtherwiseIsTold() throws SQLException {
        directory().add(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "eu")));
        var second = directory();
        assertThat(second.add(Map.of(C1, new Place("C-1", "uk"), A1, new Place("C-2", "eu"), new Key("account", "A-2"), new Place("C-1", "uk"))))
                .isEqualTo(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "eu")));
        assertThat(second.find(C1)).contains(new Place("C-1", "eu"));
        assertThat(ground.rows("SELECT entity, id, customer, region FROM concordat.directory ORDER BY id"))
                .containsExactly("account|A-1|C-1|eu", "account|A-2|C-1|uk", "customer|C-1|C-1|eu");
    }

    @Test
    void whatIsKnownIsNotEnteredAgainAndToldWhereItIsEnteredOtherwise() throws SQLException {
        var directory = directory();
        directory.add(Map.of(C1, new Place("C-1", "eu")));
        ground.run("DELETE FROM concordat.directory");
        assertThat(directory.add(Map.of(C1, new Place("C-1", "uk"), A1, new Place("C-1", "eu")))).isEqualTo(Map.of(C1, new Place("C-1", "eu")));
        assertThat(ground.rows("SELECT entity, id, customer, region FROM concordat.directory")).containsExactly("account|A-1|C-1|eu");
    }

    @Test
    void whatIsKnownIsNotAskedForAgainAndWhatIsUnknownIs() throws SQLException {
        var directory = directory();
        directory.add(Map.of(C1, new Place("C-1", "eu")));
        assertThat(directory.find(A1)).isEmpty();
        ground.run("DELETE FROM concordat.directory; INSERT INTO concordat.directory (entity, id, customer, region) "
                + "VALUES ('account', 'A-1', 'C-1', 'uk')");
        assertThat(directory.find(List.of(C1, A1))).isEqualTo(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "uk")));
    }

    @Test
    void whoLivesInOtherRegionsIsCounted() throws SQLException {
        assertThat(directory().elsewhere(List.of("eu", "us", "ch", "jp"))).isEmpty();
        directory().add(Map.of(C1, new Place("C-1", "eu"), A1, new Place("C-1", "us"), new Key("customer", "C-2"), new Place("C-2", "ch"),
                new Key("account", "A-2"), new Place("C-2", "ch")));
        assertThat(directory().elsewhere(List.of("eu", "us"))).isEqualTo(Map.of("ch", 1L));
        assertThat(directory().elsewhere(List.of("eu", "ch"))).isEqualTo(Map.of("us", 0L));
        assertThat(directory().elsewhere(List.of("eu", "us", "ch"))).isEmpty();
    }

    @Test
    void aBatchOfThousandsIsOneQuestion() throws SQLException {
        var places = new HashMap<Key, Place>();
        IntStream.range(0, 3_000).forEach(i -> places.put(new Key("customer", "C-" + i), new Place("C-" + i, "us")));
        directory().add(places);
        assertThat(directory().find(places.keySet())).isEqualTo(places);
        assertThat(directory().find(List.of())).isEmpty();
    }

    @Test
    void driftIsCountedOverAllBridgesAndOnlyOnce() throws SQLException {
        var drift = new Drift("customer/1.0.0", "/after/loyalty", Drift.UNKNOWN_FIELD, "");
        var one = new DriftLog(ground.database);
        one.saw(drift);
        one.saw(drift);
        one.saw(new Drift("customer/1.0.0", "/after/type", Drift.UNKNOWN_VALUE, "club"));
        one.keep();
        one.keep();
        var two = new DriftLog(ground.database);
        two.saw(drift);
        two.keep();
        assertThat(ground.rows("SELECT contract, path, kind, value, count FROM concordat.drift ORDER BY path"))
                .containsExactly("customer/1.0.0|/after/loyalty|unknown-field||3", "customer/1.0.0|/after/type|unknown-value|club|1");
    }

    @Test
    void whatARuleOnTrialWouldRefuseIsCountedByItsGroup() throws SQLException {
        var metrics = new SimpleMeterRegistry();
        var log = new ObservedLog(ground.database, new Outcomes(metrics));
        for (int i = 0; i < 3; i++) {
            String pointer = "/after/tags/" + i;
            log.saw(new Observed(Severity.WARNING, new Breach("tags-short", "customer/1.0.0", pointer, "maxLength",
                    "`" + pointer + "` should be at most 5 characters long")));
        }
        log.saw(new Observed(Severity.INFO, new Breach("tax-id-given", "customer/1.0.0", "/after/taxId", "expression",
                "`/after/taxId` should be given")));
        log.keep();
        log.keep();
        assertThat(ground.rows("SELECT rule, severity, keyword, path, sentence, count FROM concordat.observed ORDER BY rule"))
                .containsExactly("tags-short|warning|maxLength|/after/tags/*|`/after/tags/*` should be at most 5 characters long|3",
                        "tax-id-given|info|expression|/after/taxId|`/after/taxId` should be given|1");
        assertThat(metrics.get("concordat.observed").tags("contract", "customer/1.0.0", "rule", "tags-short", "path", "/after/tags/*")
                .counter().count()).isEqualTo(3);
    }

    @Test
    void aSenderCannotFillTheTableWithNewNames() throws SQLException {
        var log = new DriftLog(ground.database);
        IntStream.range(0, 5_000).forEach(i -> log.saw(new Drift("customer/1.0.0", "/after/f" + i, Drift.UNKNOWN_FIELD, "")));
        log.keep();
        assertThat(ground.rows("SELECT count(*), sum(count), max(count) FILTER (WHERE path = '*') FROM concordat.drift"))
                .containsExactly("2001|5000|3000");
    }
}
