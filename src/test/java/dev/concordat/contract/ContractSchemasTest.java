package dev.concordat.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jsonvalidator.JsonValidationException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContractSchemasTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        camel.getRegistry().bind("contractSchemas", new ContractSchemas(() -> Contracts.read(Path.of("contracts"))));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:export")
                        .to("json-validator:contract:customer?uriSchemaLoader=#bean:contractSchemas");
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void whatTheLedgerTellsTheCrmIsValidatedByTheContract() {
        assertThat(send("{\"id\":\"C-1\",\"exposure\":7,\"openedOn\":\"2026-11-22\"}")).isNotNull();
    }

    @Test
    void whatTheLedgerMayNotTellIsRefused() {
        assertThatThrownBy(() -> send("{\"id\":\"C-1\",\"openedOn\":\"soon\"}"))
                .hasCauseInstanceOf(JsonValidationException.class);
        assertThatThrownBy(() -> send("{\"exposure\":7}")).hasCauseInstanceOf(JsonValidationException.class);
    }

    private Object send(String body) {
        return camel.createProducerTemplate().requestBody("direct:export", body);
    }
}
