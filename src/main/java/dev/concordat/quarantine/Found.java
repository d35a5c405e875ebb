package dev.concordat.quarantine;

import java.util.List;

/**
 * What was found in the quarantine of several regions.
 *
 * @param unread why a region could not be read, for each of those
 * @param none   whether that is so of all that were asked
 */
public record Found<T>(List<T> entries, List<String> unread, boolean none) {
    public Found {
        entries = List.copyOf(entries);
        unread = List.copyOf(unread);
    }

    Found<T> with(List<T> others) {
        return new Found<>(others, unread, none);
    }
}
