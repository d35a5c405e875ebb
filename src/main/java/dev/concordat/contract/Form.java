package dev.concordat.contract;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a value looks like, and what the contract tells people about it.
 *
 * @param name     null for what a list holds
 * @param type     null where the contract names none that is known
 * @param limits   options of the type as they stand in the contract, such as {@code maxLength}
 * @param closed   the only values that are allowed; empty where any other will do
 * @param watched  values and limits beside which others pass and are reported or counted
 * @param pii      kind of data about a person, where it is that
 * @param sources  where the value comes from
 * @param examples none where the value must not be shown
 * @param parts    of an object
 * @param item     what a list holds
 */
public record Form(
        String name, String description, Type type, boolean required, boolean unique, Map<String, Object> limits, List<String> closed,
        List<String> watched, Optional<String> pii, List<String> sources, List<String> examples, List<Form> parts, Optional<Form> item) {
    public Form {
        limits = new LinkedHashMap<>(limits);
        closed = List.copyOf(closed);
        watched = List.copyOf(watched);
        sources = List.copyOf(sources);
        examples = List.copyOf(examples);
        parts = List.copyOf(parts);
    }

    static Form of(Odcs.Property property, Classification classification) {
        List<String> closed = SchemaCompiler.enforced(property);
        Odcs.Element element = property.element();
        boolean shown = classification != null && classification.mayBeShown();
        return new Form(property.name(), element.description() == null ? "" : element.description(), FieldReader.type(property),
                property.required(), property.unique(), property.logicalTypeOptions(), closed,
                element.quality().stream().filter(ValueRules::isObserved).flatMap(Form::watched).toList(),
                element.custom("piiCategory").map(Odcs.Custom::value).map(String::valueOf), property.transformSourceObjects(),
                shown ? property.examples().stream().map(String::valueOf).toList() : List.of(),
                property.properties().stream().map(part -> of(part, classification)).toList(),
                Stream.ofNullable(property.items()).map(item -> of(item, classification)).findFirst());
    }

    private static Stream<String> watched(Odcs.Quality rule) {
        List<?> values = rule.arguments().get(ValueRules.VALUES) instanceof List<?> list ? list : List.of();
        return Stream.concat(values.stream().map(String::valueOf), ValueRules.options(rule).entrySet().stream()
                .map(option -> option.getKey() + " " + (option.getValue() instanceof BigDecimal number ? number.toPlainString()
                        : option.getValue())));
    }
}
