package dev.concordat.audit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** Fields in which CRM and ledger differed when they were first looked at: about 14 bytes each, as in a broken sync it may be all of them. */
final class Suspects {
    private int[] numbers = new int[64];
    private short[] fields = new short[64];
    private int[] hashes = new int[64];
    /** By an entity's number, where its fields begin, plus one. */
    private int[] begins = new int[64];
    private int size;

    /**
     * Adds a field; all of an entity come one after the other.
     *
     * @param hash of what both sides hold
     */
    void add(int number, int field, int hash) {
        if (size == numbers.length) {
            int room = size + (size >> 1);
            numbers = Arrays.copyOf(numbers, room);
            fields = Arrays.copyOf(fields, room);
            hashes = Arrays.copyOf(hashes, room);
        }
        if (number >= begins.length) {
            begins = Arrays.copyOf(begins, number + (number >> 1));
        }
        if (begins[number] == 0) {
            begins[number] = size + 1;
        }
        numbers[size] = number;
        fields[size] = (short) field;
        hashes[size++] = hash;
    }

    /** Whether the field was added, with both sides as they are now. */
    boolean has(int number, int field, int hash) {
        for (int at = begin(number); at >= 0 && at < size && numbers[at] == number; at++) {
            if (fields[at] == field) {
                return hashes[at] == hash;
            }
        }
        return false;
    }

    boolean has(int number) {
        return begin(number) >= 0;
    }

    /** Each entity that was added with such a field, once. */
    void each(IntPredicate field, IntConsumer entity) {
        int last = -1;
        for (int at = 0; at < size; at++) {
            if (numbers[at] != last && field.test(fields[at])) {
                last = numbers[at];
                entity.accept(last);
            }
        }
    }

    /** The fields that were added. */
    BitSet fields() {
        BitSet added = new BitSet();
        for (int at = 0; at < size; at++) {
            added.set(fields[at]);
        }
        return added;
    }

    private int begin(int number) {
        return number < begins.length ? begins[number] - 1 : -1;
    }
}
