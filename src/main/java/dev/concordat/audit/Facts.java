package dev.concordat.audit;

import dev.concordat.BridgeException;
import dev.concordat.audit.Entities.Accounts;
import dev.concordat.audit.Entities.Customers;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What directory and ledgers say of all customers and accounts, in compact form; the CRM is compared against it. */
final class Facts {
    static final String NO_REGION = "none";

    final Customers customers = new Customers();
    final Accounts accounts = new Accounts();
    private final List<String> regions = new ArrayList<>();
    private final Set<Byte> read = new HashSet<>();
    private final Map<String, Map<String, Integer>> versionPlaces = new HashMap<>();
    private final AuditPlan plan;
    private final AuditPlan.Status statuses;
    private final int configured;
    private final int residency;
    private boolean directoryRead;

    /** @param configured the regions that have a ledger */
    Facts(AuditPlan plan, Collection<String> configured) {
        this.plan = plan;
        this.statuses = plan.status();
        this.configured = configured.size();
        this.residency = plan.customers().place(plan.names().residency());
        this.regions.addAll(configured);
    }

    /** What the contracts call a customer. */
    String customerName() {
        return plan.customers().name();
    }

    /** What the contracts call an account; empty where there is none. */
    String accountName() {
        return plan.accounts().map(AuditPlan.Entity::name).orElse("");
    }

    void directory(String entity, String id, String customer, String region) {
        Entities entities = of(entity);
        if (entities == null) {
            return;
        }
        int number = entities.number(id);
        entities.inDirectory(number, region(region));
        if (entities == accounts) {
            accounts.ownedInDirectory(number, customers.number(customer));
        }
    }

    void ledgerCustomer(String region, String id, String status, String residency, boolean blocked) {
        int number = customers.number(id);
        customers.inLedger(number, region(region));
        customers.ledgerStatus(number, status(status));
        customers.ledgerHome(number, home(residency));
        markIf(blocked, customers, number, Entities.BLOCKED);
    }

    /** @param customer null for an account of nobody, as a bank has some for itself */
    void ledgerAccount(String region, String id, String customer, boolean blocked, boolean hasBalance) {
        int number = accounts.number(id);
        accounts.inLedger(number, region(region));
        if (customer != null) {
            accounts.ownedInLedger(number, customers.number(customer));
        }
        markIf(blocked, accounts, number, Entities.BLOCKED);
        markIf(hasBalance, accounts, number, Entities.HAS_BALANCE);
    }

    /** Whether what was found before, such as {@code customer/c1}, was too fresh now, or hangs on a customer who was. */
    boolean isFresh(String subject) {
        var found = Subject.of(subject);
        Entities entities = of(found.entity());
        int number = entities == null ? -1 : entities.find(found.id());
        if (number < 0) {
            return false;
        }
        return entities.is(number, Entities.FRESH)
                || entities == accounts && (isFreshCustomer(accounts.ledgerOwner(number)) || isFreshCustomer(accounts.crmOwner(number)));
    }

    private boolean isFreshCustomer(int number) {
        return number >= 0 && customers.is(number, Entities.FRESH);
    }

    void mark(Subject subject, int mark) {
        Entities entities = of(subject.entity());
        if (entities == null) {
            return;
        }
        entities.mark(entities.number(subject.id()), mark);
    }

    /**
     * Notes that a change waits in quarantine or parking.
     *
     * @param change as it came; null where it is too long to be looked at, so that it may set anything
     */
    void waits(Subject subject, byte[] change) {
        Entities entities = of(subject.entity());
        if (entities == null) {
            return;
        }
        AuditPlan.Entity planned = entities == customers ? plan.customers() : plan.accounts().orElseThrow();
        Optional<AuditPlan.Intent> intent = Optional.ofNullable(change).flatMap(planned.intent());
        BitSet fields = new BitSet();
        for (int i = 0; i < planned.fields().size(); i++) {
            fields.set(i, intent.isEmpty() || intent.get().fields().contains(planned.fields().get(i).name()));
        }
        int number = entities.number(subject.id());
        entities.waits(number, fields);
        markIf(intent.isEmpty() || intent.get().creates(), entities, number, Entities.BROUGHT);
    }

    /** Whether a change waits that may set where a customer lives. */
    boolean isResidencyAwaited(int customer) {
        return customers.waitsFor(customer, residency);
    }

    void versionPlace(String entity, String column, int place) {
        versionPlaces.computeIfAbsent(entity, name -> new HashMap<>()).put(column, place);
    }

    /** Place of a column in the versions of an entity's rows, from 1; 0 where the directory does not say. */
    int versionPlace(AuditPlan.Entity entity, String column) {
        return versionPlaces.getOrDefault(entity.name(), Map.of()).getOrDefault(column, 0);
    }

    /** Forgets what both say, to be told once more. */
    void forget() {
        customers.forget();
        accounts.forget();
        read.clear();
        directoryRead = false;
    }

    boolean isRead(String region) {
        return read.contains(region(region));
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

    /** Whether the region has a ledger. */
    boolean hasLedger(byte region) {
        return region < configured;
    }

    /** Whether every ledger that could hold the entity was read to its end. */
    boolean canJudge(Entities entities, int number) {
        byte place = entities.directory(number);
        return place == Entities.NOWHERE ? read.size() == configured : read.contains(place);
    }

    /**
     * 0 for a status that allows postings, as none does too; {@link Customers#FOREIGN} for one that the contract does not know; otherwise the position
     * in the plan's list plus one.
     *
     * @param word null or empty for none
     */
    byte status(String word) {
        if (word == null || word.isEmpty()) {
            return 0;
        }
        return !statuses.known().isEmpty() && !statuses.known().contains(word) ? Customers.FOREIGN : (byte) (statuses.blocking().indexOf(word) + 1);
    }

    /**
     * The region to which a country belongs by the policy; {@link Entities#NOWHERE} for a country without one, {@link Customers#NO_RESIDENCY} for
     * no country.
     *
     * @param country null or empty for none
     */
    byte home(String country) {
        if (country == null || country.isEmpty()) {
            return Customers.NO_RESIDENCY;
        }
        return plan.regionOf().apply(country).map(this::region).orElse(Entities.NOWHERE);
    }

    /** The contract's own word for a status that forbids postings, or what it forbids where the contract lets nobody see it. */
    String statusWord(byte status) {
        return statuses.shown() ? statuses.blocking().get(status - 1) : closes(status) ? "in a status that closes" : "in a status that forbids postings";
    }

    /** What a status means for postings. */
    String standing(byte status) {
        return status == Customers.FOREIGN ? "has none of the contract's statuses" : status > 0 ? "is " + statusWord(status) : "may have postings";
    }

    /** Whether there is a status that closes. */
    boolean canClose() {
        return !statuses.closing().isEmpty();
    }

    /** Whether it is a status that closes. */
    boolean closes(byte status) {
        return forbids(status) && statuses.closing().contains(statuses.blocking().get(status - 1));
    }

    /** Whether it is a status that forbids postings. */
    boolean forbids(byte status) {
        return status > 0 && status != Customers.FOREIGN;
    }

    String regionName(byte region) {
        return region == Entities.NOWHERE ? NO_REGION : regions.get(region);
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

    /** Null for an entity that is none of both. */
    Entities of(String entity) {
        return entity.equals(plan.customers().name()) ? customers
                : plan.accounts().filter(own -> own.name().equals(entity)).isPresent() ? accounts : null;
    }

    private static void markIf(boolean set, Entities entities, int number, int mark) {
        if (set) {
            entities.mark(number, mark);
        }
    }
}
