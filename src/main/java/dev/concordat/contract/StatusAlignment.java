package dev.concordat.contract;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which statuses block postings and which close the books.
 *
 * @param field         field with the status, such as {@code status}
 * @param blocking      statuses under which the entity's flag has to be set
 * @param closing       statuses under which, moreover, the dependents have no balance left
 * @param dependents    entity that hangs on this one, such as {@code account}
 * @param flagColumn    column that says whether postings are blocked
 * @param balanceColumn column of the dependents that holds the balance
 */
public record StatusAlignment(
        String field, List<String> blocking, List<String> closing, String dependents, String flagColumn,
        String balanceColumn) {
    public StatusAlignment {
        blocking = List.copyOf(blocking);
        closing = List.copyOf(closing);
    }

    /** The statuses that block by what was once in force as a contract, as far as it can be read by what the form of contracts is now. */
    public static List<String> blockingIn(ByteBuffer content) {
        var source = new Source(Path.of("contract"), Optional.of(FileContent.of(content)));
        return OdcsReader.read(source, new ArrayList<>()).stream().flatMap(document -> document.schema().stream())
                .flatMap(object -> object.element().quality().stream())
                .flatMap(quality -> quality.implementation() instanceof Map<?, ?> facts && Rule.STATUS_MISALIGNED.equals(facts.get("rule"))
                        ? statuses(facts, "blocking").stream() : Stream.empty()).toList();
    }

    static List<String> statuses(Map<?, ?> facts, String key) {
        return facts.get(key) instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }
}
