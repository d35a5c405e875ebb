package dev.concordat.audit;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

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

    /** The entities that were added with such a field. */
    int[] numbers(IntPredicate field) {
        return IntStream.range(0, size).filter(at -> field.test(fields[at])).map(at -> numbers[at]).distinct().toArray();
    }

    /** The fields that were added, each once. */
    int[] fields() {
        return IntStream.range(0, size).map(at -> fields[at]).distinct().sorted().toArray();
    }

    private int begin(int number) {
        return number < begins.length ? begins[number] - 1 : -1;
    }
}
