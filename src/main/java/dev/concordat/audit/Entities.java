package dev.concordat.audit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What is known of each customer or account, a few bytes each: where it lies and what was seen of it. */
class Entities {
    static final byte NOWHERE = -1;
    /** In more than one ledger. */
    static final int TWICE = 1;
    /** The ledger refuses postings. */
    static final int BLOCKED = 1 << 1;
    /** A change of it waits in quarantine or parking; see {@link #waitsFor}. */
    static final int WAITS = 1 << 2;
    /** An operator discarded a change of it. */
    static final int DISCARDED = 1 << 3;
    /** The ledger's news of it has not reached the CRM yet. */
    static final int UNSENT = 1 << 4;
    static final int IN_CRM = 1 << 5;
    /** Its CRM record was written too recently to be compared. */
    static final int FRESH = 1 << 6;
    /** Was reported as orphan. */
    static final int ORPHAN = 1 << 7;
    /** The ledger's balance is not 0. */
    static final int HAS_BALANCE = 1 << 8;
    /** What waits brings all of it that the CRM has. */
    static final int BROUGHT = 1 << 9;

    private final Ids ids = new Ids();
    private byte[] ledger = new byte[0];
    private byte[] directory = new byte[0];
    private short[] marks = new short[0];
    /** By number, the fields that waiting changes may set; only of those of whom one waits. */
    private final Map<Integer, BitSet> awaited = new HashMap<>();

    /** The entity's number; its facts start empty. */
    final int number(String id) {
        int number = ids.add(id);
        if (number >= ledger.length) {
            grow(ledger.length, Math.max(1024, number + (number >> 1)));
        }
        return number;
    }

    void grow(int from, int to) {
        ledger = Arrays.copyOf(ledger, to);
        directory = Arrays.copyOf(directory, to);
        marks = Arrays.copyOf(marks, to);
        Arrays.fill(ledger, from, to, NOWHERE);
        Arrays.fill(directory, from, to, NOWHERE);
    }

    /** Forgets all facts, not the numbers. */
    void forget() {
        Arrays.fill(ledger, NOWHERE);
        Arrays.fill(directory, NOWHERE);
        Arrays.fill(marks, (short) 0);
        awaited.clear();
    }

    final void inLedger(int number, byte region) {
        if (ledger[number] != NOWHERE) {
            mark(number, TWICE);
        }
        ledger[number] = region;
    }

    final void inDirectory(int number, byte region) {
        directory[number] = region;
    }

    final void mark(int number, int mark) {
        marks[number] |= (short) mark;
    }

    final boolean is(int number, int mark) {
        return (marks[number] & mark) != 0;
    }

    /** Whether a ledger has it and it came from the CRM, which no longer has it. Only the directory tells what a ledger has by itself. */
    final boolean isLost(int number) {
        return ledger[number] != NOWHERE && directory[number] != NOWHERE && !is(number, IN_CRM);
    }

    /** Notes that a change waits that may set these fields, by their places. */
    final void waits(int number, BitSet fields) {
        mark(number, WAITS);
        awaited.computeIfAbsent(number, none -> new BitSet()).or(fields);
    }

    /** Whether a change waits that may set the field. */
    final boolean waitsFor(int number, int field) {
        return field >= 0 && is(number, WAITS) && awaited.get(number).get(field);
    }

    final String waitsToo(int number) {
        return is(number, WAITS) ? "; a change of it waits in quarantine or parking" : "";
    }

    final String discarded(int number) {
        return is(number, DISCARDED) ? "; an operator discarded a change of it" : "";
    }

    final int find(String id) {
        return ids.find(id);
    }

    final String id(int number) {
        return ids.text(number);
    }

    final int size() {
        return ids.size();
    }

    final byte ledger(int number) {
        return ledger[number];
    }

    final byte directory(int number) {
        return directory[number];
    }

    /** Customers, with both sides' status, see {@link Facts#status}. */
    static final class Customers extends Entities {
        /** A status that the contract does not know. */
        static final byte FOREIGN = Byte.MAX_VALUE;
        static final byte NO_RESIDENCY = -2;

        private byte[] ledgerStatus = new byte[0];
        private byte[] crmStatus = new byte[0];
        private byte[] ledgerHome = new byte[0];
        private byte[] crmHome = new byte[0];

        @Override
        void grow(int from, int to) {
            super.grow(from, to);
            ledgerStatus = Arrays.copyOf(ledgerStatus, to);
            crmStatus = Arrays.copyOf(crmStatus, to);
            ledgerHome = Arrays.copyOf(ledgerHome, to);
            crmHome = Arrays.copyOf(crmHome, to);
            Arrays.fill(ledgerHome, from, to, NO_RESIDENCY);
            Arrays.fill(crmHome, from, to, NO_RESIDENCY);
        }

        @Override
        void forget() {
            super.forget();
            Arrays.fill(ledgerStatus, (byte) 0);
            Arrays.fill(crmStatus, (byte) 0);
            Arrays.fill(ledgerHome, NO_RESIDENCY);
            Arrays.fill(crmHome, NO_RESIDENCY);
        }

        void ledgerStatus(int number, byte status) {
            ledgerStatus[number] = status;
        }

        void crmStatus(int number, byte status) {
            crmStatus[number] = status;
        }

        void ledgerHome(int number, byte region) {
            ledgerHome[number] = region;
        }

        void crmHome(int number, byte region) {
            crmHome[number] = region;
        }

        /** The region to which the residency belongs that the ledger has; {@link #NOWHERE} where it belongs to none. */
        byte ledgerHome(int number) {
            return ledgerHome[number];
        }

        /** The same of the CRM's. */
        byte crmHome(int number) {
            return crmHome[number];
        }

        byte ledgerStatus(int number) {
            return ledgerStatus[number];
        }

        byte crmStatus(int number) {
            return crmStatus[number];
        }
    }

    /** Accounts, with the owners' numbers that ledger, directory and CRM name. */
    static final class Accounts extends Entities {
        private int[] ledgerOwner = new int[0];
        private int[] directoryOwner = new int[0];
        private int[] crmOwner = new int[0];

        @Override
        void grow(int from, int to) {
            super.grow(from, to);
            ledgerOwner = Arrays.copyOf(ledgerOwner, to);
            directoryOwner = Arrays.copyOf(directoryOwner, to);
            Arrays.fill(ledgerOwner, from, to, NOWHERE);
            Arrays.fill(directoryOwner, from, to, NOWHERE);
            crmOwner = Arrays.copyOf(crmOwner, to);
            Arrays.fill(crmOwner, from, to, NOWHERE);
        }

        @Override
        void forget() {
            super.forget();
            Arrays.fill(ledgerOwner, NOWHERE);
            Arrays.fill(directoryOwner, NOWHERE);
            Arrays.fill(crmOwner, NOWHERE);
        }

        void ownedInCrm(int number, int customer) {
            crmOwner[number] = customer;
        }

        int crmOwner(int number) {
            return crmOwner[number];
        }

        void ownedInLedger(int number, int customer) {
            ledgerOwner[number] = customer;
        }

        void ownedInDirectory(int number, int customer) {
            directoryOwner[number] = customer;
        }

        int ledgerOwner(int number) {
            return ledgerOwner[number];
        }

        int directoryOwner(int number) {
            return directoryOwner[number];
        }
    }
}
