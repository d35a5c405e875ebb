package dev.concordat.residency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.change.Breach;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Outcome;
import dev.concordat.change.Sent;
import dev.concordat.contract.Contracts;
import dev.concordat.residency.Directory.Key;
import dev.concordat.residency.Directory.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.component.kafka.KafkaConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RegionChooserIT {
    private static final ResidencyPolicy POLICY = Policies.read(Path.of("config/residency.yaml"));
    @RegisterExtension
    static final DirectoryGround ground = new DirectoryGround();
    private final Directory directory = new Directory(ground.database, 100);
    private final RegionChooser chooser = new RegionChooser(POLICY, directory);

    private List<Change> choose(Sent... batch) throws SQLException {
        return chooser.choose(Stream.of(batch).map(Sent::read).toList());
    }

    private static List<String> entries() throws SQLException {
        return ground.rows("SELECT entity, id, customer, region FROM concordat.directory ORDER BY entity DESC, id");
    }

    private static void assertBreach(Change change, String region, String rule, String pointer, String sentence) {
        assertThat(change.region()).isEqualTo(region);
        assertThat(change.breaches()).containsExactly(new Breach(rule, "none", pointer, rule, sentence));
    }

    @Test
    void aNewCustomerLivesWhereTheResidencySaysAndIsEntered() throws SQLException {
        var changes = choose(Sent.newCustomer("C-1", "DE"), Sent.newCustomer("C-2", "GB"), Sent.newCustomer("C-3", "US"));
        assertThat(changes).extracting(Change::region).containsExactly("eu", "uk", "us");
        assertThat(changes).noneMatch(Change::ended);
        assertThat(entries()).containsExactly("customer|C-1|C-1|eu", "customer|C-2|C-2|uk", "customer|C-3|C-3|us");
    }

    @Test
    void whatCameBeforeItsCustomerStaysAtHomeWhenItIsDeliveredAgainAfterwards() throws SQLException {
        var early = Sent.newAccount("A-1", "C-1").at(7);
        var inBreach = Sent.customer("C-1").set("phone", "12").at(8);
        var first = List.of(early.read(), broken(inBreach.read()));
        assertThat(chooser.choose(first)).extracting(Change::region).containsOnly("eu");
        choose(Sent.newCustomer("C-1", "US").at(9));

        var again = List.of(early.read(), broken(inBreach.read()));
        again.forEach(Change::comeAgain);
        assertThat(chooser.choose(again)).extracting(Change::region).containsOnly("eu");
        assertThat(again.get(0).outcome()).isEqualTo(Outcome.PARKED);
        assertThat(entries()).containsExactly("customer|C-1|C-1|us");
        assertThat(choose(Sent.newAccount("A-1", "C-1").at(10), Sent.newAccount("A-1", "C-1").at(7).returned()))
                .as("another sending, and what parking sends back").extracting(Change::region).containsOnly("us");
        assertThat(ground.rows("SELECT receipt FROM concordat.unplaced ORDER BY 1")).containsExactly("crm.changes-0@7", "crm.changes-0@8");
    }

    private static void assertLeftToTheLedger(Change change, String region, String rule, String sentence) {
        assertThat(change.ended()).isFalse();
        assertThat(change.region()).isEqualTo(region);
        assertThat(change.misplaced()).isEqualTo(new Breach(rule, change.contract(), "/after/residency", rule, sentence));
    }

    private static Change broken(Change change) {
        change.breach(new Breach("schema", "customer/1.0.0", "/after/phone", "pattern", "`/after/phone` should be a phone number"));
        return change;
    }

    @Test
    void aKnownCustomerStaysWhereTheyLive() throws SQLException {
        choose(Sent.newCustomer("C-1", "GB"));
        assertThat(choose(Sent.customer("C-1").set("phone", "+1"), Sent.customer("C-1").set("residency", "JE")))
                .allMatch(change -> change.region().equals("uk") && !change.ended());
    }

    @Test
    void anAccountLivesWhereItsCustomerLivesAlsoInTheSameBatch() throws SQLException {
        var changes = choose(Sent.newCustomer("C-1", "GB"), Sent.newAccount("A-1", "C-1"), Sent.account("A-1", "C-1").set("nickname", "x"));
        assertThat(changes).extracting(Change::region).containsOnly("uk");
        assertThat(entries()).containsExactly("customer|C-1|C-1|uk", "account|A-1|C-1|uk");
    }

    @Test
    void anUnknownCountryIsABreachAtHomeAndNobodyIsEntered() throws SQLException {
        assertBreach(choose(Sent.newCustomer("C-1", "CH")).get(0), "eu", "residency-unknown", "/after/residency",
                "`/after/residency` should be a country that config/residency.yaml places in a region");
        assertThat(entries()).isEmpty();
    }

    @Test
    void aBlockedCountryIsABreachThatSaysWhy() throws SQLException {
        choose(Sent.newCustomer("C-2", "GB"));
        var changes = choose(Sent.newCustomer("C-1", "IN"), Sent.customer("C-2").set("residency", "IN"));
        String sentence = "`/after/residency` names a country whose customers' data must stay there (RBI, storage of payment data); "
                + "no lane may carry it";
        assertBreach(changes.get(0), "eu", "residency-unknown", "/after/residency", sentence);
        assertLeftToTheLedger(changes.get(1), "uk", "residency-unknown", sentence);
    }

    @Test
    void aRelocationIsABreachInTheRegionWhereTheCustomerLivesUnlessTheLedgerKnowsANewerResidency() throws SQLException {
        choose(Sent.newCustomer("C-1", "GB"));
        assertLeftToTheLedger(choose(Sent.customer("C-1").set("residency", "US")).get(0), "uk", "residency-relocation",
                "`/after/residency` maps to region us, but the customer lives in region uk; a relocation should be arranged with the "
                        + "ledgers of both regions first");
        assertThat(entries()).containsExactly("customer|C-1|C-1|uk");
    }

    @Test
    void whatComesBeforeItsCustomerIsParkedAtHome() throws SQLException {
        var changes = choose(Sent.newAccount("A-1", "C-1"), Sent.customer("C-2").set("phone", "+1"));
        assertThat(changes).extracting(Change::outcome).containsOnly(Outcome.PARKED);
        assertThat(changes).extracting(Change::parent).containsExactly("C-1", "C-2");
        assertThat(changes).extracting(Change::region).containsOnly("eu");
        assertThat(entries()).isEmpty();
    }

    @Test
    void anAccountWhoseCustomerComesLaterInTheSameBatchNeedNotWait() throws SQLException {
        assertThat(choose(Sent.newAccount("A-1", "C-1"), Sent.newCustomer("C-1", "GB"))).extracting(Change::region).containsOnly("uk");
        assertThat(entries()).containsExactly("customer|C-1|C-1|uk", "account|A-1|C-1|uk");
    }

    @Test
    void anAccountThatNamesAnotherCustomerIsABreachWhereItLives() throws SQLException {
        choose(Sent.newCustomer("C-1", "GB"), Sent.newCustomer("C-2", "DE"), Sent.newAccount("A-1", "C-1"));
        var changes = choose(Sent.account("A-1", "C-2").set("nickname", "x"), Sent.account("A-1", "C-9").set("nickname", "x"));
        for (Change change : changes) {
            assertBreach(change, "uk", "account-owner-mismatch", "/after/customer",
                    "`/after/customer` should name the customer to whom the account belongs; it names another");
        }
        assertThat(entries()).hasSize(3);
    }

    @Test
    void whatHasEndedBeforeIsKeptWhereItsCustomerLivesOrWouldLive() throws SQLException {
        choose(Sent.newCustomer("C-1", "US"));
        var ended = Stream.of(Sent.customer("C-1").set("residency", "DE"), Sent.account("A-1", "C-1"), Sent.newCustomer("C-2", "GB"),
                Sent.newCustomer("C-3", "CH"), Sent.customer("C-4"), Sent.customer("C-5").set("residency", 7)).map(Sent::read).toList();
        ended.forEach(change -> change.breach(new Breach("schema", "c", "", "k", "s")));
        var unread = Sent.customer("C-1").with("specversion", null).read();
        assertThat(chooser.choose(Stream.concat(ended.stream(), Stream.of(unread)).toList())).extracting(Change::region)
                .containsExactly("us", "us", "uk", "eu", "eu", "eu", "us");
        assertThat(entries()).hasSize(1);
    }

    @Test
    void whatCannotBeReadIsKeptWhereTheCustomerLivesWhomItsKeyNames() throws SQLException {
        choose(Sent.newCustomer("C-1", "US").at(1), Sent.newAccount("A-1", "C-1").at(2));
        var unreadable = choose(Sent.customer("C-1").with("time", "yesterday").set("taxId", "T-1").at(3),
                Sent.customer("C-2").with("time", "yesterday").at(4), Sent.customer("C-1").with("time", null).with("partitionkey", null).at(5));
        assertThat(unreadable).allMatch(change -> change.envelope() == null);
        assertThat(unreadable).extracting(Change::region).containsExactly("us", "eu", "eu");
        choose(Sent.newCustomer("C-2", "US").at(6));
        var again = Sent.customer("C-2").with("time", "yesterday").at(4).read();
        again.comeAgain();
        assertThat(chooser.choose(List.of(again))).as("as it was kept the first time").extracting(Change::region).containsExactly("eu");

        var ofAnother = Sent.account("A-1", "C-9").set("nickname", "x").at(7).read();
        ofAnother.breach(new Breach("schema", "account/1.0.0", "/after/nickname", "maxLength", "too long"));
        assertThat(chooser.choose(List.of(ofAnother))).as("a known account that names nobody").extracting(Change::region).containsExactly("us");
        ofAnother.comeAgain();
        assertThat(chooser.choose(List.of(ofAnother))).as("delivered again").extracting(Change::region).containsExactly("us");
    }

    @Test
    void whatItsSenderHasKeyedWrongIsKeptWhereTheOneLivesWhomItConcerns() throws SQLException {
        choose(Sent.newCustomer("C-1", "US"), Sent.newCustomer("C-2", "GB"), Sent.newAccount("A-1", "C-1"));
        var keyedWrong = choose(Sent.customer("C-1").with("partitionkey", "C-2").set("taxId", "T-1"),
                Sent.account("A-9", "C-1").with("partitionkey", "C-2"), Sent.newCustomer("C-3", "US").with("partitionkey", "C-2"),
                Sent.account("A-8", "C-4").with("partitionkey", "C-2"), Sent.account("A-8", "no/id").with("partitionkey", "C-2"));
        assertThat(keyedWrong).allSatisfy(change -> assertThat(change.breaches()).extracting(Breach::rule).containsExactly("envelope"));
        assertThat(keyedWrong).extracting(Change::region).as("at home nobody of whom nothing is known").containsExactly("us", "us", "us", "eu", "uk");
    }

    @Test
    void whatIsNoJsonIsKeptWhereTheCustomerLivesWhomItsRecordNames() throws SQLException {
        choose(Sent.newCustomer("C-1", "US"));
        for (var each : Map.of("C-1", "us", "C-9", "eu", "no/id", "eu", "", "eu").entrySet()) {
            assertThat(chooser.choose(List.of(unreadable(Map.of(KafkaConstants.KEY, each.getKey()))))).extracting(Change::region).as(each.getKey()).containsExactly(each.getValue());
        }
    }

    /** It may hold data of somebody there, and nothing says so any more. */
    @Test
    void whatNamesNobodyStaysWhereItWasKeptBefore() throws SQLException {
        for (var kept : Map.of("us", "us", "elsewhere", "eu").entrySet()) {
            var replayed = new HashMap<String, Object>(Map.of(ChangeReader.KEPT_IN, kept.getKey().getBytes(StandardCharsets.UTF_8)));
            assertThat(chooser.choose(List.of(unreadable(replayed)))).as("not by the bridge").extracting(Change::region).containsExactly("eu");
            replayed.put(ChangeReader.RETURNED, "replay".getBytes(StandardCharsets.UTF_8));
            assertThat(chooser.choose(List.of(unreadable(replayed)))).extracting(Change::region).containsExactly(kept.getValue());
        }
    }

    private static Change unreadable(Map<String, Object> headers) {
        return new ChangeReader(Sent.LARGEST).read(Sent.received("{".getBytes(StandardCharsets.UTF_8), headers, 7));
    }

    @Test
    void aContractByWhichNobodyIsPlacedIsObjectedTo(@TempDir Path folder) throws IOException {
        assertThat(RegionChooser.objections(Contracts.read(Path.of("contracts")))).isEmpty();
        for (String entity : List.of("customer", "account")) {
            Files.createDirectories(folder.resolve(entity));
            Files.writeString(folder.resolve(entity).resolve("v1.odcs.yaml"), Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"))
                    .replace("name: residency\n", "name: domicile\n"));
        }
        assertThat(RegionChooser.objections(Contracts.read(folder))).containsExactly("customer/1.0.0 has no field 'residency' of the CRM; customers "
                + "get their region by it: keep its name, with logicalType: string and owningSystem: crm");
    }

    @Test
    void ofTwoBridgesThatEnterACustomerAtOnceTheSecondTakesTheFirstsWord() throws SQLException {
        // The other bridge enters C-1 in uk after this one has looked and not found: this one enters too late.
        var racing = new RegionChooser(POLICY, directory(() -> new Directory(ground.database, 10).add(Map.of(
                new Key("customer", "C-1"), new Place("C-1", "uk"), new Key("account", "A-9"), new Place("C-9", "uk")))));
        var changes = racing.choose(Stream.of(Sent.newCustomer("C-1", "DE"), Sent.customer("C-1").set("phone", "+1"),
                Sent.newAccount("A-1", "C-1"), Sent.newCustomer("C-2", "DE"), Sent.newAccount("A-9", "C-2")).map(Sent::read).toList());
        assertThat(changes).extracting(Change::region).containsExactly("uk", "uk", "uk", "eu", "uk");
        assertThat(changes.get(0).misplaced().rule()).isEqualTo("residency-relocation");
        assertThat(changes.get(4).breaches()).extracting(Breach::rule).containsExactly("account-owner-mismatch");
        assertThat(changes.subList(1, 4)).noneMatch(Change::ended);
        assertThat(entries()).containsExactly("customer|C-1|C-1|uk", "customer|C-2|C-2|eu", "account|A-1|C-1|uk", "account|A-9|C-9|uk");
    }

    @Test
    void oneWhoIsCreatedAgainElsewhereStaysWhereTheyLive() throws SQLException {
        choose(Sent.newCustomer("C-1", "DE"));
        var again = choose(Sent.newCustomer("C-1", "US").id("again"));
        assertThat(again).extracting(Change::region).containsExactly("eu");
        assertThat(again.get(0).misplaced().rule()).isEqualTo("residency-relocation");
        var twice = choose(Sent.newCustomer("C-1", "US").id("twice-1"), Sent.newCustomer("C-1", "DE").id("twice-2"));
        assertThat(twice).extracting(Change::region).containsExactly("eu", "eu");
        assertThat(twice.get(0).misplaced().rule()).isEqualTo("residency-relocation");
        assertThat(twice.get(1).misplaced()).isNull();
        assertThat(entries()).containsExactly("customer|C-1|C-1|eu");
    }

    @Test
    void whoIsToMoveStaysInTheRegionThatAnotherBridgeHasEnteredMeanwhile() throws SQLException {
        var racing = new RegionChooser(POLICY, directory(() -> new Directory(ground.database, 10).add(Map.of(
                new Key("customer", "C-1"), new Place("C-1", "uk")))));
        var changes = racing.choose(Stream.of(Sent.newCustomer("C-1", "US").id("1"), Sent.newCustomer("C-1", "DE").id("2")).map(Sent::read).toList());
        assertThat(changes).extracting(Change::region).containsExactly("uk", "uk");
        assertThat(changes).allSatisfy(change -> assertThat(change.misplaced().sentence()).contains("the customer lives in region uk"));
    }

    private interface Meanwhile {
        void happens() throws SQLException;
    }

    /** A directory whose database lets something happen between its first look and what it does next. */
    private static Directory directory(Meanwhile meanwhile) {
        int[] connections = {0};
        var database = (javax.sql.DataSource) java.lang.reflect.Proxy.newProxyInstance(RegionChooserIT.class.getClassLoader(),
                new Class<?>[] {javax.sql.DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection") && connections[0]++ == 1) {
                        meanwhile.happens();
                    }
                    return method.invoke(ground.database, arguments);
                });
        return new Directory(database, 100);
    }
}
