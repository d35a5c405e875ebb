package dev.concordat.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/**
 * One change of a story, before it is sent.
 *
 * @param overtaken the next step is sent before this one
 * @param after     the fields that the change sets, with the entity's id
 */
record Step(
        Kind kind, Channel channel, UUID id, String customer, Entity entity, String entityId, long version,
        boolean created, boolean overtaken, ObjectNode after) {
}
