package dev.concordat.contract;

import java.util.List;

/** A set of values that may grow: a value that is not known yet passes and is reported as drift. */
public record OpenEnum(List<String> known) {
    public OpenEnum {
        known = List.copyOf(known);
    }
}
