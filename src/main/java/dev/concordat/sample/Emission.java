package dev.concordat.sample;

/**
 * One sending of one change by the CRM.
 *
 * @param id       the change's id; a duplicate has the id of what it repeats
 * @param key      the customer's id, or null where the CRM cannot tell it
 * @param entity   {@code customer} or {@code account}
 * @param version  the entity's version in the CRM
 * @param body     the bytes to send
 */
public record Emission(
        Channel channel, Kind kind, String id, String key, String entity, String entityId, long version, byte[] body) {
    Emission again() {
        return new Emission(channel, Kind.DUPLICATE, id, key, entity, entityId, version, body);
    }
}
