package dev.concordat.audit;

import dev.concordat.BridgeException;
import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What directory and ledgers say of all customers and accounts, in compact form; the CRM is compared against it. */
final class Facts {
    final Customers customers = new Customers();
    final Accounts accounts = new Accounts();
    private final List<String> regions = new ArrayList<>();
    private final Set<Byte> read = new HashSet<>();
    private final List<String> blocking;
    private boolean directoryRead;

    Facts(List<String> blocking) {
        this.blocking = blocking;
    }

    void directory(String entity, String id, String customer, String region) {
        Entities entities = of(entity);
        int number = entities.number(id);
        entities.inDirectory(number, region(region));
        if (entities == accounts) {
            accounts.ownedInDirectory(number, customers.number(customer));
        }
    }

    void ledgerCustomer(String region, String id, String status, boolean blocked) {
        int number = customers.number(id);
        customers.inLedger(number, region(region));
        customers.ledgerStatus(number, status(status));
        markIf(blocked, customers, number, Entities.BLOCKED);
    }

    void ledgerAccount(String region, String id, String customer, boolean blocked, long booked) {
        int number = accounts.number(id);
        accounts.inLedger(number, region(region));
        accounts.ownedInLedger(number, customers.number(customer), booked);
        markIf(blocked, accounts, number, Entities.BLOCKED);
    }

    void mark(String entity, String id, int mark) {
        Entities entities = of(entity);
        entities.mark(entities.number(id), mark);
    }

    void regionRead(String region) {
        read.add(region(region));
    }

    void directoryRead() {
        directoryRead = true;
    }

    boolean isDirectoryRead() {
        return directoryRead;
    }

    /** Whether every ledger that could hold the entity was read to its end. */
    boolean canJudge(Entities entities, int number, int configured) {
        byte place = entities.directory(number);
        return place == Entities.NOWHERE ? read.size() == configured : read.contains(place);
    }

    byte status(String word) {
        return (byte) (blocking.indexOf(word) + 1);
    }

    /** The contract's own word for a status that forbids postings. */
    String statusWord(byte status) {
        return blocking.get(status - 1);
    }

    String regionName(byte region) {
        return region == Entities.NOWHERE ? "none" : regions.get(region);
    }

    private byte region(String name) {
        int index = regions.indexOf(name);
        if (index < 0) {
            if (regions.size() == Byte.MAX_VALUE) {
                throw new BridgeException("The directory names more than 127 regions.");
            }
            regions.add(name);
            index = regions.size() - 1;
        }
        return (byte) index;
    }

    private Entities of(String entity) {
        return entity.equals("account") ? accounts : customers;
    }

    private static void markIf(boolean set, Entities entities, int number, int mark) {
        if (set) {
            entities.mark(number, mark);
        }
    }
}
