package dev.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.zaxxer.hikari.HikariDataSource;
import dev.concordat.contract.Contracts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.ValidationException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jsonvalidator.JsonUriSchemaLoader;
import org.apache.camel.main.Main;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;

/**
 * The route that Camel's own pages lead to: from Kafka, json-validator with the customer contract's schema, idempotentConsumer on a
 * database, one upsert for each change; what breaks the schema goes to a topic of its own. Started as a process with brokers, topic, group,
 * JDBC URL, user and password.
 */
final class CamelPlain {
    static final String REFUSED = "refused";

    private CamelPlain() {
    }

    public static void main(String[] args) throws Exception {
        var database = new HikariDataSource();
        database.setJdbcUrl(args[3]);
        database.setUsername(args[4]);
        database.setPassword(args[5]);
        var main = new Main();
        main.bind("database", database);
        main.bind("remembered", new JdbcMessageIdRepository(database, "peers"));
        main.bind("contract", (JsonUriSchemaLoader) (context, uri) -> JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema(), SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build()));
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                onException(ValidationException.class).handled(true).to("kafka:" + REFUSED + "?brokers=" + args[0]);
                from("kafka:" + args[1] + "?brokers=" + args[0] + "&groupId=" + args[2]
                        + "&autoOffsetReset=earliest&consumersCount=2&maxPollRecords=2000")
                        .to("json-validator:customer?uriSchemaLoader=#contract")
                        .unmarshal().json(JsonNode.class)
                        .idempotentConsumer().body(JsonNode.class, event -> event.path("id").asText()).idempotentRepository("remembered")
                        .process(exchange -> exchange.getMessage().setBody(row(exchange.getMessage().getBody(JsonNode.class))))
                        .to("sql:" + upsert() + "?dataSource=#database");
            }
        });
        main.run();
    }

    /** The contract judges an event's data; the route judges the whole event. */
    private static JsonNode schema() {
        ObjectNode data = Contracts.read(Path.of("contracts")).newest("customer").jsonSchema().deepCopy();
        data.remove("$schema");
        data.remove("$id");
        ObjectNode event = new ObjectMapper().createObjectNode().put("type", "object");
        event.putArray("required").add("id").add("data");
        event.putObject("properties").set("data", data);
        return event;
    }

    private static String upsert() {
        return "INSERT INTO customer AS t (" + Customer.COLUMNS + ") VALUES (" + Customer.FIELDS.stream().map(field -> ":#" + field
                + (field.equals("consent") ? "::boolean" : "")).collect(Collectors.joining(", "))
                + ") ON CONFLICT (id) DO UPDATE SET " + Customer.KEEPING;
    }

    private static Map<String, Object> row(JsonNode event) {
        String[] values = Customer.flat(event.path("data").path("after"));
        Map<String, Object> row = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(Customer.FIELDS.get(i), values[i]);
        }
        return row;
    }
}
