package dev.concordat.contract;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A rule of one field's values that is observed and not enforced.
 *
 * @param rule   the contract's own name of it
 * @param schema JSON Schema of a change's {@code data} that says this and nothing else
 */
record Watch(String rule, Severity severity, JsonNode schema) {
}
