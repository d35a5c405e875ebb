package dev.concordat.contract;

import java.util.Optional;
import java.util.stream.Stream;

/** Who sends what a difference is about, and who receives it. */
record Sides(Optional<Owner> producer) {
    static final Sides BOTH = new Sides(Optional.empty());

    /** The owner sends a field; the key comes from the CRM. */
    static Sides of(Odcs.Property property) {
        if (property.primaryKey()) {
            return new Sides(Optional.of(Owner.CRM));
        }
        return new Sides(property.element().custom("owningSystem").flatMap(custom -> Stream.of(Owner.values())
                .filter(owner -> owner.word().equals(custom.value())).findFirst()));
    }

    Sides swapped() {
        return new Sides(producer.map(Sides::other));
    }

    boolean ledgerProduces() {
        return producer.filter(Owner.LEDGER::equals).isPresent();
    }

    String sender() {
        return producer.map(owner -> "the " + owner.spoken()).orElse("the sender");
    }

    String receiver() {
        return producer.map(owner -> "the " + other(owner).spoken()).orElse("the receiver");
    }

    private static Owner other(Owner owner) {
        return owner == Owner.CRM ? Owner.LEDGER : Owner.CRM;
    }
}
