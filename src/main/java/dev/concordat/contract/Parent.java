package dev.concordat.contract;

/** The entity that has to be there first, and the field and column that name it. */
public record Parent(String field, String column, String entity) {
}
