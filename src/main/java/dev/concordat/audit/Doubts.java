package dev.concordat.audit;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What seemed wrong at a first look, 8 bytes each, as it may be everything. A change may be on its way that mends it; it is wrong if it is the same at a
 * second look.
 */
final class Doubts implements FindingSink {
    private final Facts facts;
    private final BitSet customers = new BitSet();
    private final BitSet accounts = new BitSet();
    private long[] seen = new long[64];
    private int size;

    Doubts(Facts facts) {
        this.facts = facts;
    }

    @Override
    public void add(FindingKind kind, String region, String entity, String id, String sentence, String besides) {
        if (size == seen.length) {
            seen = Arrays.copyOf(seen, size + (size >> 1));
        }
        seen[size++] = key(kind, region, entity, id, sentence);
        Entities of = facts.of(entity);
        int number = of.find(id);
        (of == facts.accounts ? accounts : customers).set(number);
        if (of == facts.accounts) {
            owner(facts.accounts.ledgerOwner(number));
            owner(facts.accounts.directoryOwner(number));
            owner(facts.accounts.crmOwner(number));
        }
    }

    private void owner(int number) {
        if (number >= 0) {
            customers.set(number);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The numbers of the customers to look at again, also of those on whom an account hangs. */
    BitSet customers() {
        return customers;
    }

    BitSet accounts() {
        return accounts;
    }

    /** Hands on what seemed wrong before in the same way; what is wrong in another way has moved. */
    FindingSink confirmed(FindingSink findings, Alerted alerted) {
        Arrays.sort(seen, 0, size);
        return (kind, region, entity, id, sentence, besides) -> {
            if (Arrays.binarySearch(seen, 0, size, key(kind, region, entity, id, sentence)) >= 0) {
                findings.add(kind, region, entity, id, sentence, besides);
            } else {
                alerted.moved(entity, id);
            }
        };
    }

    private static long key(FindingKind kind, String region, String entity, String id, String sentence) {
        return (long) (entity + id).hashCode() << Integer.SIZE | (kind.word() + region + sentence).hashCode() & 0xFFFF_FFFFL;
    }
}
