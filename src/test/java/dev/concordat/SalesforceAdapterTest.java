package dev.concordat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.change.Breach;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The adapter's route as it is shipped; what it would send to Kafka is caught, the batch comes in by hand. */
@org.junit.jupiter.api.Timeout(10)
class SalesforceAdapterTest extends CamelTestSupport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER = """
            {"schema":"IeRuaY6cbI_HsV8Rv1Mc5g","payload":{"ChangeEventHeader":{"entityName":"Contact","recordIds":["%s"],
             "changeType":"%s","changeOrigin":"%s","transactionKey":"000046c7-a642-11e2-c29b-229c6786473e","sequenceNumber":1,
             "commitTimestamp":1763805600123,"commitNumber":10585193272713,"commitUser":"005RM000001W5cTYAS"%s}%s},
             "event":{"replayId":6}}""";

    SalesforceAdapterTest() {
        testConfiguration().withUseAdviceWith(true);
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        var camel = RouteGround.context(List.of("eu"), Map.of());
        RouteGround.load(camel, "salesforce-adapter");
        return camel;
    }

    @BeforeEach
    void start() throws Exception {
        startWithoutKafka(context);
    }

    private static void startWithoutKafka(CamelContext camel) throws Exception {
        AdviceWith.adviceWith(camel, "salesforce-adapter", route -> {
            route.replaceFromWith("direct:batch");
            route.weaveById("commit-events").remove();
        });
        AdviceWith.adviceWith(camel, "salesforce-to-intake", route -> route.weaveById("to-intake").replace().to("mock:intake"));
        camel.start();
    }

    private static String event(String changeType, String origin, String moreOfHeader, String fields) {
        return HEADER.formatted("003RM000005UDqPYAW", changeType, origin, moreOfHeader, fields);
    }

    /** Sends events as one batch, as Camel's batching consumer does; returns what reached the intake. */
    private List<Exchange> send(String... events) {
        var mock = getMockEndpoint("mock:intake");
        mock.reset();
        var batch = new ArrayList<Exchange>();
        for (String event : events) {
            batch.add(Sent.received(event.getBytes(UTF_8), Map.of(), batch.size()));
        }
        template.sendBody("direct:batch", batch);
        return mock.getExchanges();
    }

    private JsonNode change(String event) throws Exception {
        var sent = send(event);
        assertThat(sent).hasSize(1);
        assertThat(new ChangeReader(Sent.LARGEST).read(Sent.received(sent.get(0).getMessage().getBody(byte[].class), Map.of(), 0)).breaches())
                .isEmpty();
        return JSON.readTree(sent.get(0).getMessage().getBody(byte[].class));
    }

    @Test
    void aCreatedContactBecomesTheFirstChangeOfACustomer() throws Exception {
        var sent = send(event("CREATE", "com/salesforce/api/rest/60.0", "", """
                ,"FirstName":"Zoë","LastName":"Muster","Email":"zoe@mail.example","Phone":"044 668 18 00","Birthdate":"1984-05-23",
                "Type__c":"individual","Segment__c":"retail","Status__c":"active","Residency__c":"CH","MarketingConsent__c":true,
                "OwnerId":"005RM000001W5cTYAS","CreatedDate":"2025-11-22T10:00:00Z\""""));
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).getMessage().getHeaders()).containsOnly(Map.entry(KafkaConstants.KEY, "003RM000005UDqPYAW"));
        assertThat(JSON.readTree(sent.get(0).getMessage().getBody(byte[].class))).isEqualTo(JSON.readTree("""
                {"specversion":"1.0","id":"000046c7-a642-11e2-c29b-229c6786473e/1/003RM000005UDqPYAW","source":"urn:crm:salesforce",
                 "type":"customer.changed","subject":"customer/003RM000005UDqPYAW","partitionkey":"003RM000005UDqPYAW",
                 "time":"2025-11-22T10:00:00Z","sequence":"1058519327271300000","dataschema":"urn:concordat:customer:1",
                 "datacontenttype":"application/json","origin":"salesforce","data":{"op":"c","after":{"id":"003RM000005UDqPYAW",
                 "givenName":"Zoë","familyName":"Muster","email":"zoe@mail.example","phone":"044 668 18 00","dateOfBirth":"1984-05-23",
                 "type":"individual","segment":"retail","status":"active","residency":"CH","consent":true}}}"""));
    }

    @Test
    void anUpdateSetsWhatItCarriesAndClearsWhatItNamesAsNulled() throws Exception {
        var data = change(event("UPDATE", "", ",\"nulledFields\":[\"Phone\"],\"changedFields\":[\"Email\",\"Phone\"]",
                ",\"Email\":\"zoe@mail.example\",\"LastModifiedDate\":\"2025-11-22T10:00:00Z\"")).get("data");
        assertThat(data).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["email","phone"],"after":{"id":"003RM000005UDqPYAW","email":"zoe@mail.example","phone":null}}"""));
    }

    @Test
    void anUpdateThatHasAllFieldsClearsOnlyWhatItNamesAsNulled() throws Exception {
        var data = change(event("UPDATE", "", ",\"nulledFields\":[\"Phone\"]",
                ",\"FirstName\":null,\"Email\":\"zoe@mail.example\",\"Phone\":null,\"Residency__c\":null")).get("data");
        assertThat(data.get("after")).isEqualTo(JSON.readTree(
                "{\"id\":\"003RM000005UDqPYAW\",\"email\":\"zoe@mail.example\",\"phone\":null}"));
    }

    /** The Pub/Sub API names fields by their places in Avro's schema, which is not at hand here. */
    @ParameterizedTest
    @ValueSource(strings = {",\"changedFields\":[],\"diffFields\":[],\"nulledFields\":[\"0x80\"]", ",\"changedFields\":[\"0x650004E0\",\"4-0x10\"],\"nulledFields\":[]",
        ",\"nulledFields\":[\"\",\"4-0x0a\"]", ",\"diffFields\":[\"0x1\"]"})
    void ofAnUpdateThatNamesItsFieldsByPlaceTheWholeIsAskedFor(String header) throws Exception {
        String fields = ",\"Phone\":null,\"Email\":\"z@mail.example\"";
        assertThat(change(event("UPDATE", "", header, fields)).get("data")).isEqualTo(JSON.readTree("{\"op\":\"refetch\"}"));
        assertThat(change(event("UNDELETE", "", header, fields)).get("data")).isEqualTo(JSON.readTree("{\"op\":\"refetch\"}"));
        assertThat(change(event("CREATE", "", header + (header.contains("nulled") ? "" : ",\"nulledFields\":[]"), fields)).get("data")).isEqualTo(JSON.readTree(
                "{\"op\":\"c\",\"after\":{\"id\":\"003RM000005UDqPYAW\",\"email\":\"z@mail.example\"}}"));
        assertThat(change(event("DELETE", "", header, fields)).get("data")).isEqualTo(JSON.readTree("{\"op\":\"d\"}"));
    }

    /** What stands in such a field is the difference of two long texts. */
    @Test
    void ofAnUpdateThatCarriesTheDifferenceOfAFieldTheWholeIsAskedFor() throws Exception {
        String header = ",\"nulledFields\":[],\"changedFields\":[\"%1$s\"],\"diffFields\":[\"%1$s\"]";
        String fields = ",\"%s\":\"--- \\n+++ \\n@@ -1,1 +1,1 @@\\n-a\\n+b\",\"Email\":\"z@mail.example\"";
        assertThat(change(event("UPDATE", "", header.formatted("Segment__c"), fields.formatted("Segment__c"))).get("data"))
                .isEqualTo(JSON.readTree("{\"op\":\"refetch\"}"));
        assertThat(change(event("UPDATE", "", header.formatted("Description"), fields.formatted("Description"))).get("data")).isEqualTo(JSON.readTree(
                "{\"op\":\"u\",\"changed\":[\"email\"],\"after\":{\"id\":\"003RM000005UDqPYAW\",\"email\":\"z@mail.example\"}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x", "x0x80", "4-", "-0x80", "0x80g", "Phone0x80"})
    void aFieldWhoseNameOnlyResemblesAPlaceIsAName(String name) throws Exception {
        assertThat(change(event("UPDATE", "", ",\"nulledFields\":[\"Phone\"],\"changedFields\":[\"" + name + "\"]", "")).at("/data/op").asText()).isEqualTo("u");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"nulledFields\":null", ",\"changedFields\":null,\"nulledFields\":null,\"diffFields\":null"})
    void anUpdateWithoutNulledFieldsClearsWhatItCarriesAsNull(String header) throws Exception {
        assertThat(change(event("UPDATE", "", header, ",\"Phone\":null")).get("data")).isEqualTo(JSON.readTree(
                "{\"op\":\"u\",\"changed\":[\"phone\"],\"after\":{\"id\":\"003RM000005UDqPYAW\",\"phone\":null}}"));
        assertThat(change(event("UPDATE", "", header, ",\"MailingAddress\":null,\"Email\":\"z@mail.example\"")).get("data")).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["address","email"],"after":{"id":"003RM000005UDqPYAW","email":"z@mail.example","address":null}}"""));
        assertThat(change(event("UPDATE", "", header, ",\"Name\":null")).get("data")).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["familyName","givenName"],"after":{"id":"003RM000005UDqPYAW","givenName":null,"familyName":null}}"""));
        assertThat(change(event("UPDATE", "", header, ",\"Name\":null,\"LastName\":\"Muster\"")).at("/data/after/familyName").asText()).isEqualTo("Muster");
    }

    /** As of a client that knows all fields of the object and passes on no more of the header. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"nulledFields\":null"})
    void anUpdateWithoutNulledFieldsClearsOnlyWhatItNamesAsChanged(String header) throws Exception {
        String unchanged = ",\"Residency__c\":null,\"MailingAddress\":null,\"Phone\":null";
        assertThat(change(event("UPDATE", "", ",\"changedFields\":[\"LastModifiedDate\",\"Name.LastName\",\"Phone\"]" + header,
                unchanged + ",\"Name\":{\"FirstName\":null,\"LastName\":\"Beispiel\"}")).get("data")).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["familyName","phone"],"after":{"id":"003RM000005UDqPYAW","familyName":"Beispiel","phone":null}}"""));
        assertThat(change(event("UPDATE", "", ",\"changedFields\":[\"Name.FirstName\",\"Email\"]" + header,
                unchanged + ",\"Name\":null,\"Email\":\"z@mail.example\"")).get("data")).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["email","givenName"],"after":{"id":"003RM000005UDqPYAW","givenName":null,"email":"z@mail.example"}}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nulledFields", "changedFields"})
    void aNameThatIsNamedAsAWholeIsClearedOnlyWhereNoPartIsGiven(String list) throws Exception {
        assertThat(change(event("UPDATE", "", ",\"" + list + "\":[\"Name\"]", ",\"Name\":null,\"Phone\":null")).get("data")).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["familyName","givenName"],"after":{"id":"003RM000005UDqPYAW","givenName":null,"familyName":null}}"""));
        assertThat(change(event("UPDATE", "", ",\"" + list + "\":[\"Name\"]", ",\"Name\":{\"LastName\":\"Beispiel\"}")).get("data"))
                .isEqualTo(JSON.readTree("{\"op\":\"u\",\"changed\":[\"familyName\"],\"after\":{\"id\":\"003RM000005UDqPYAW\",\"familyName\":\"Beispiel\"}}"));
    }

    /** It has all fields, and null stands for what did not change. */
    @Test
    void anUpdateWithNulledFieldsKeepsAnAddressThatItDoesNotName() throws Exception {
        assertThat(change(event("UPDATE", "", ",\"nulledFields\":[\"Phone\"]", ",\"MailingAddress\":null,\"Phone\":null")).get("data")).isEqualTo(JSON.readTree(
                "{\"op\":\"u\",\"changed\":[\"phone\"],\"after\":{\"id\":\"003RM000005UDqPYAW\",\"phone\":null}}"));
    }

    /** As of a trigger that writes to what was just created; of one version, the ledger takes the first change alone. */
    @ParameterizedTest
    @CsvSource({"10585193272713, 1, 1058519327271300000", "10585193272713, 2, 1058519327271300001",
        "10585193272713, 100000, 1058519327271399999", "10585193272713, 100001, 1058519327271399999", "10585193272714, 1, 1058519327271400000",
        "92233720368546, 100000, 9223372036854699999", "7, 1, 700000", "7, 0, 700000", "7, null, 700000"})
    void changesOfOneTransactionAreInOrderByTheirSequenceNumber(String commit, String number, String sequence) throws Exception {
        assertThat(change(event("UPDATE", "", "", ",\"Email\":\"z@mail.example\"").replace("10585193272713", commit)
                .replace("\"sequenceNumber\":1", "\"sequenceNumber\":" + number)).get("sequence").asText()).isEqualTo(sequence);
    }

    /** An org that Salesforce moves may go on with lower numbers: its changes would count as late for good. */
    @Test
    void changesOfAnOrgThatWasMovedComeAfterThoseFromBefore() throws Exception {
        String event = event("UPDATE", "", "", ",\"Email\":\"z@mail.example\"").replace("10585193272713", "72784468115");
        assertThat(change(event).get("sequence").asText()).isEqualTo("7278446811500000");
        try (var camel = RouteGround.context(List.of("eu"), Map.of("concordat.salesforce.ahead", "10585193272713"))) {
            RouteGround.load(camel, "salesforce-adapter");
            startWithoutKafka(camel);
            camel.createProducerTemplate().sendBody("direct:salesforce-event", event);
            assertThat(camel.getEndpoint("mock:intake", MockEndpoint.class).getExchanges()).extracting(sent ->
                    JSON.readTree(sent.getMessage().getBody(byte[].class)).get("sequence").asText()).containsExactly("1065797774082800000");
        }
    }

    @Test
    void aDeletedContactBecomesADelete() throws Exception {
        assertThat(change(event("DELETE", "", "", "")).get("data")).isEqualTo(JSON.readTree("{\"op\":\"d\"}"));
    }

    /** In milliseconds by the Pub/Sub API, in days by Avro's own date; a day has more milliseconds than a date has days. */
    @ParameterizedTest
    @CsvSource({"454118400000, 1984-05-23", "5256, 1984-05-23", "-777600000000, 1945-05-12", "-9000, 1945-05-12", "0, 1970-01-01", "1, 1970-01-02",
        "86400000, 1970-01-02", "-86400000, 1969-12-31", "454204799999, 1984-05-23", "-2208988800000, 1900-01-01", "-25567, 1900-01-01"})
    void aBirthdateThatIsANumberIsTheDateByUtc(String number, String date) throws Exception {
        assertThat(change(event("CREATE", "", "", ",\"Birthdate\":" + number)).at("/data/after")).isEqualTo(JSON.readTree(
                "{\"id\":\"003RM000005UDqPYAW\",\"dateOfBirth\":\"" + date + "\"}"));
        assertThat(change(event("UPDATE", "", ",\"nulledFields\":[]", ",\"Birthdate\":" + number)).at("/data/after/dateOfBirth").asText()).isEqualTo(date);
    }

    /** Compound fields are nested, and named with a dot. */
    @Test
    void aNameIsReadFromItsParts() throws Exception {
        assertThat(change(event("CREATE", "", "", ",\"Name\":{\"Salutation\":\"Frau\",\"FirstName\":\"Zoë\",\"LastName\":\"Muster\"}")).at("/data/after"))
                .isEqualTo(JSON.readTree("{\"id\":\"003RM000005UDqPYAW\",\"givenName\":\"Zoë\",\"familyName\":\"Muster\"}"));
        assertThat(change(event("UPDATE", "", ",\"nulledFields\":[\"Name.FirstName\"],\"changedFields\":[\"Name.LastName\",\"Name.FirstName\"]",
                ",\"Name\":{\"LastName\":\"Beispiel\"}")).get("data")).isEqualTo(JSON.readTree("""
                {"op":"u","changed":["familyName","givenName"],"after":{"id":"003RM000005UDqPYAW","givenName":null,"familyName":"Beispiel"}}"""));
        assertThat(change(event("UPDATE", "", ",\"nulledFields\":[],\"changedFields\":[\"Email\"]", ",\"Name\":null,\"Email\":\"z@mail.example\"")).get("data"))
                .isEqualTo(JSON.readTree("{\"op\":\"u\",\"changed\":[\"email\"],\"after\":{\"id\":\"003RM000005UDqPYAW\",\"email\":\"z@mail.example\"}}"));
    }

    @Test
    void anAddressIsTakenWhole() throws Exception {
        assertThat(change(event("CREATE", "", "", ",\"LastName\":\"Muster\",\"MailingAddress\":{\"Street\":\"Gasse 1\",\"City\":\"Bern\",\"PostalCode\":\"3011\","
                + "\"Country\":\"Schweiz\",\"CountryCode\":\"CH\",\"State\":null}")).at("/data/after")).isEqualTo(JSON.readTree("""
                {"id":"003RM000005UDqPYAW","familyName":"Muster","address":{"street":"Gasse 1","city":"Bern","postalCode":"3011","country":"CH"}}"""));
        assertThat(change(event("CREATE", "", "", ",\"LastName\":\"Muster\",\"MailingAddress\":{\"Street\":null,\"Country\":null}")).at("/data/after"))
                .isEqualTo(JSON.readTree("{\"id\":\"003RM000005UDqPYAW\",\"familyName\":\"Muster\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"changedFields\":[\"MailingAddress.City\"]", ",\"nulledFields\":[\"MailingAddress.Street\"],\"changedFields\":[\"Email\"]"})
    void ofAnAddressThatChangedInPartTheWholeIsAskedFor(String header) throws Exception {
        assertThat(change(event("UPDATE", "", header, ",\"MailingAddress\":{\"City\":\"Bern\"},\"Email\":\"z@mail.example\"")).get("data"))
                .isEqualTo(JSON.readTree("{\"op\":\"refetch\"}"));
        assertThat(change(event("UPDATE", "", header, ",\"MailingAddress\":null")).get("data")).isEqualTo(JSON.readTree("{\"op\":\"refetch\"}"));
    }

    /** As the Pub/Sub API delivers it: only CometD has a payload in a message. */
    @Test
    void anEventWithoutAMessageAroundItIsReadToo() throws Exception {
        String inMessage = event("UPDATE", "", ",\"nulledFields\":[\"Phone\"],\"changedFields\":[\"Email\",\"Phone\"]",
                ",\"Email\":\"z@mail.example\",\"Phone\":null");
        assertThat(change(JSON.readTree(inMessage).get("payload").toString())).isEqualTo(change(inMessage));
    }

    @Test
    void aDeleteWithoutValuesIsADeleteToo() throws Exception {
        assertThat(change(event("GAP_DELETE", "", "", "")).get("data")).isEqualTo(JSON.readTree("{\"op\":\"d\"}"));
    }

    /** Of another object's ids a customer would be made; an overflow names no record at all. */
    @Test
    void anEventOfAnotherObjectAndAnOverflowGoOnAsTheyCame() {
        String other = event("CREATE", "", "", ",\"Name\":\"Muster AG\"").replace("\"Contact\"", "\"Account\"");
        String overflow = event("GAP_OVERFLOW", "", "", "").replace("003RM000005UDqPYAW", "000000000000000AAA");
        assertThat(send(other, overflow)).extracting(exchange -> new String(exchange.getMessage().getBody(byte[].class), UTF_8)).containsExactly(other, overflow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"MERGE\"", "\"create\"", "\"UPDATED\"", "\"GAP_MERGE\"", "\"\"", "null", "7", "[\"UPDATE\"]"})
    void anEventOfAKindThatIsNotKnownGoesOnAsItCameAndIsRefusedWithASentence(String changeType) {
        String event = event("UPDATE", "", "", ",\"Phone\":null").replace("\"UPDATE\"", changeType);
        var sent = send(event);
        assertThat(sent).hasSize(1);
        byte[] body = sent.get(0).getMessage().getBody(byte[].class);
        assertThat(new String(body, UTF_8)).isEqualTo(event);
        assertThat(new ChangeReader(Sent.LARGEST).read(Sent.received(body, Map.of(), 0)).breaches()).extracting(Breach::sentence)
                .containsExactly("`specversion` should be 1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GAP_UPDATE", "GAP_CREATE", "GAP_UNDELETE"})
    void anEventWithoutValuesBecomesARefetch(String changeType) throws Exception {
        assertThat(change(event(changeType, "", "", "")).get("data")).isEqualTo(JSON.readTree("{\"op\":\"refetch\"}"));
    }

    @Test
    void whatTheBridgeItselfWroteIsMarkedAsItsEcho() throws Exception {
        assertThat(change(event("UPDATE", "com/salesforce/api/rest/60.0;client=concordat", "", ",\"Email\":\"z@mail.example\"")).get("origin")
                .asText()).isEqualTo("concordat");
    }

    @ParameterizedTest
    @CsvSource({"com/salesforce/api/rest/60.0;client=concordat, concordat", "com/salesforce/api/rest/60.0;client=concordat;, concordat",
        "client=concordat;job=7, concordat", "com/salesforce/api/rest/60.0;client=concordat-admin, salesforce",
        "com/salesforce/api/rest/60.0;client=concordat2;job=7, salesforce", "com/salesforce/api/rest/60.0;subclient=concordat, salesforce",
        "com/salesforce/api/rest/60.0;client=Concordat, salesforce", "com/salesforce/api/rest/60.0, salesforce"})
    void onlyAClientOfExactlyThatNameIsTheBridge(String changeOrigin, String origin) throws Exception {
        assertThat(change(event("UPDATE", changeOrigin, "", ",\"Email\":\"z@mail.example\"")).get("origin").asText()).isEqualTo(origin);
    }

    @Test
    void anEventForSeveralContactsBecomesOneChangeForEach() {
        var sent = send(event("UPDATE", "", "", ",\"Status__c\":\"closed\"").replace("[\"003RM000005UDqPYAW\"]", "[\"003A\",\"003B\"]"));
        assertThat(sent).extracting(exchange -> exchange.getMessage().getHeader(KafkaConstants.KEY)).containsExactly("003A", "003B");
        assertThat(sent).extracting(exchange -> JSON.readTree(exchange.getMessage().getBody(byte[].class)).get("id").asText())
                .containsExactly("000046c7-a642-11e2-c29b-229c6786473e/1/003A", "000046c7-a642-11e2-c29b-229c6786473e/1/003B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "", "[1,2]", "{\"payload\":{}}", "{}", "{\"payload\":{\"ChangeEventHeader\":{\"recordIds\":[],"
            + "\"changeType\":\"UPDATE\"}}}", "7", "{\"payload\":{\"ChangeEventHeader\":{\"recordIds\":[\"003A\"],\"changeType\":\"UPDATE\","
            + "\"commitTimestamp\":1e99999}}}", "{\"payload\":{\"ChangeEventHeader\":{\"recordIds\":[\"003A\"],\"changeType\":\"UPDATE\","
            + "\"commitTimestamp\":1e999999999,\"transactionKey\":\"t\",\"sequenceNumber\":1,\"commitNumber\":1e999999999}}}", "{\"payload\":7}",
            "{\"payload\":{\"ChangeEventHeader\":[]}}"})
    void whatItDoesNotUnderstandGoesOnAsItCame(String event) {
        var sent = send(event, event("DELETE", "", "", ""));
        assertThat(sent).hasSize(2);
        assertThat(new String(sent.get(0).getMessage().getBody(byte[].class), UTF_8)).isEqualTo(event);
        assertThat(sent.get(0).getMessage().getHeaders()).doesNotContainKey("kafka.OFFSET");
        assertThat(sent.get(1).getMessage().getHeader(KafkaConstants.KEY)).isEqualTo("003RM000005UDqPYAW");
    }
}
