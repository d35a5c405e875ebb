package dev.concordat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * Turns a source's own events into changes by the adapter's route itself: by its step {@code map-fields}, whose expression
 * is read from the route's file and evaluated by Camel as the bridge does.
 */
final class SourceAdapter {
    private static final String STEP = "map-fields";

    private final CamelContext camel = new DefaultCamelContext();
    private final ObjectMapper json = new ObjectMapper();
    private final Path route;
    private Expression mapping;

    /** @param route the route's file; read when the first event comes */
    SourceAdapter(Path route) {
        this.route = route;
    }

    /** The changes that an event becomes; the event itself where the route does not understand it, as the bridge passes it on. */
    List<byte[]> changes(byte[] event) {
        Expression expression = mapping();
        try {
            var exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(json.readTree(event));
            JsonNode translated = expression.evaluate(exchange, JsonNode.class);
            if (translated == null || exchange.getException() != null) {
                return List.of(event);
            }
            List<byte[]> changes = new ArrayList<>();
            for (JsonNode change : translated) {
                changes.add(json.writeValueAsBytes(change));
            }
            return changes;
        } catch (IOException | RuntimeException e) {
            return List.of(event);
        }
    }

    private Expression mapping() {
        if (mapping == null) {
            try {
                String text = new YAMLMapper().readTree(route.toFile()).findParents("id").stream()
                        .filter(step -> step.path("id").asText().equals(STEP)).map(step -> step.at("/expression/jq/expression").textValue())
                        .findFirst().orElseThrow(() -> new BridgeException("[" + route + "] has no step '" + STEP
                                + "' with a jq expression; name the route of an adapter with --adapter"));
                mapping = camel.resolveLanguage("jq").createExpression(text);
                mapping.init(camel);
            } catch (IOException e) {
                throw new BridgeException("the adapter's route cannot be read from [" + route + "]; name its file with --adapter", e);
            }
        }
        return mapping;
    }
}
