package dev.concordat.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchema;
import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.EvaluatorFactory;
import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * JSON Schema 2020-12 by an implementation that shares no code with the bridge's.
 *
 * <p>The formats are the project's own, one by one, since no other knows them. In a pattern, {@code $} is the very end of the
 * text, as ECMA-262 has it; this validator would let Java's meaning through, which allows one more line break.
 */
final class SecondValidator {
    private final Validator validator;
    private final URI schema;

    SecondValidator(com.fasterxml.jackson.databind.JsonNode jsonSchema) {
        validator = new ValidatorFactory().withJsonNodeFactory(new JacksonNode.Factory())
                .withEvaluatorFactory(new EvaluatorFactory.Builder().withKeyword("format", SecondValidator::format)
                        .withKeyword("pattern", SecondValidator::pattern).build())
                .createValidator();
        schema = validator.registerSchema(jsonSchema);
    }

    boolean isValid(com.fasterxml.jackson.databind.JsonNode document) {
        return validator.validate(schema, (Object) document).isValid();
    }

    private static Evaluator format(JsonNode name) {
        JsonSchema format = Formats.compile(JsonNodeFactory.instance.objectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema").put("format", name.asString()));
        return (context, value) -> result(!value.isString()
                || format.validate(JsonNodeFactory.instance.textNode(value.asString())).isEmpty());
    }

    private static Evaluator pattern(JsonNode regex) {
        Pattern pattern = Pattern.compile(regex.asString().replaceFirst("\\$$", "(?![\\\\s\\\\S])"));
        return (context, value) -> result(!value.isString() || pattern.matcher(value.asString()).find());
    }

    private static Evaluator.Result result(boolean valid) {
        return valid ? Evaluator.Result.success() : Evaluator.Result.failure();
    }
}
