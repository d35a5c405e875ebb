package dev.concordat.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the sample CRM answers to whom, without any mishap. */
final class CrmApi {
    private static final Pattern PATH = Pattern.compile("/(customer|account)s(?:/([^/]+))?");
    private static final int LONGEST_PAGE = 500;

    private final CrmRecords records;
    private final Consumer<Emission> echoes;
    private final Clock clock;

    CrmApi(CrmRecords records, Consumer<Emission> echoes, Clock clock) {
        this.records = records;
        this.echoes = echoes;
        this.clock = clock;
    }

    Answer answer(String method, URI uri, Headers headers, byte[] body) throws SQLException {
        Matcher path = PATH.matcher(uri.getRawPath());
        if (!path.matches()) {
            return Answer.refused(404, "there are /customers and /accounts");
        }
        Entity entity = Entity.of(path.group(1));
        Optional<String> id = Optional.ofNullable(path.group(2)).map(CrmApi::decoded);
        if (method.equals("GET")) {
            return id.isPresent() ? read(entity, id.get(), headers) : page(entity, parameters(uri));
        }
        if (method.equals("PATCH") && id.isPresent()) {
            return patch(entity, id.get(), headers, body);
        }
        return Answer.refused(405, "GET and, for one record, PATCH are possible");
    }

    private Answer read(Entity entity, String id, Headers headers) throws SQLException {
        Optional<CrmRecords.Found> found = records.read(entity, id);
        if (found.isEmpty()) {
            return unknown(entity, id);
        }
        long version = found.get().version();
        String known = headers.getFirst("If-None-Match");
        boolean same = known != null && Arrays.stream(known.split(",")).map(String::trim)
                .anyMatch(tag -> tag.equals("*") || tag.equals(Answer.etag(version)));
        return same ? Answer.notModified(version) : Answer.document(version, found.get().document());
    }

    private Answer page(Entity entity, Map<String, String> parameters) throws SQLException {
        String limit = parameters.getOrDefault("limit", Integer.toString(LONGEST_PAGE));
        if (!limit.matches("[1-9][0-9]{0,2}") || Integer.parseInt(limit) > LONGEST_PAGE) {
            return Answer.refused(400, "'limit' has to be a number from 1 to " + LONGEST_PAGE);
        }
        ArrayNode items = records.page(entity, parameters.getOrDefault("after", ""), Integer.parseInt(limit));
        ObjectNode page = Event.JSON.createObjectNode().set("items", items);
        if (items.size() == Integer.parseInt(limit)) {
            String last = items.get(items.size() - 1).get("id").textValue();
            page.put("next", "/" + entity.word() + "s?after=" + URLEncoder.encode(last, StandardCharsets.UTF_8)
                    + "&limit=" + limit);
        }
        return Answer.page(page);
    }

    private Answer patch(Entity entity, String id, Headers headers, byte[] body) throws SQLException {
        ObjectNode fields = object(body);
        if (fields == null) {
            return Answer.refused(400, "a patch has to be a JSON object");
        }
        fields.remove("id");
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (!entity.ofLedger().contains(field.getKey())) {
                boolean own = entity.ofCrm().contains(field.getKey());
                return Answer.refused(422, "field '" + field.getKey() + "' of " + entity.word()
                        + (own ? " belongs to the CRM and cannot be set" : " is unknown"));
            }
        }
        CrmRecords.Patched patched = records.patch(
                entity, id, fields, headers.getFirst("Idempotency-Key"), headers.getFirst("If-Match"));
        return switch (patched.ending()) {
            case UNKNOWN -> unknown(entity, id);
            case OUTDATED -> Answer.refused(412, "the record has another version by now");
            case REPEATED -> Answer.repeated(patched.record().version(), patched.record().document());
            case UNCHANGED -> Answer.document(patched.record().version(), patched.record().document());
            case PATCHED -> {
                echo(entity, id, fields, patched.record());
                yield Answer.document(patched.record().version(), patched.record().document());
            }
        };
    }

    /** The CRM reports its own bookkeeping as a change, as CRMs do. */
    private void echo(Entity entity, String id, ObjectNode fields, CrmRecords.Found record) {
        ObjectNode after = Event.JSON.createObjectNode().put("id", id);
        String customer = entity == Entity.CUSTOMER ? id : record.document().path("customer").asText();
        if (entity == Entity.ACCOUNT) {
            after.put("customer", customer);
        }
        after.setAll(fields);
        echoes.accept(Event.echo(entity, customer, id, record.version(), after, clock.instant()));
    }

    private static Answer unknown(Entity entity, String id) {
        return Answer.refused(404, entity.word() + " " + id + " is unknown");
    }

    private static ObjectNode object(byte[] body) {
        try {
            return Event.JSON.readTree(body) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static Map<String, String> parameters(URI uri) {
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        return Arrays.stream(query.split("&")).filter(pair -> pair.contains("="))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> decoded(pair[1]), (first, second) -> second));
    }

    private static String decoded(String raw) {
        return URLDecoder.decode(raw, StandardCharsets.UTF_8);
    }
}
