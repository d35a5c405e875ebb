package dev.concordat.sample;

import dev.concordat.sample.Act.What;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What happens to one customer, in the order in which it happens. */
final class Script {
    private static final List<What> EVERYDAY = List.of(What.PHONE, What.PHONE, What.EMAIL, What.CONTACT, What.ADDRESS,
            What.ADDRESS, What.MOVE, What.NAME, What.SEGMENT, What.CONSENT, What.CONSENT, What.CLEAR, What.NICKNAME,
            What.NICKNAME, What.PURPOSE, What.MANAGER, What.MANAGER);
    private static final Set<Kind> FINAL = EnumSet.of(Kind.VERSION_CONFLICT, Kind.RELOCATION, Kind.LEDGER_REFUSED);
    private static final int SCRIPT = 1;

    private final long seed;
    private final Part part;
    private final Country country;
    private final boolean prospect;
    private final List<Act> acts;

    Script(long seed, Part part) {
        this.seed = seed;
        this.part = part;
        this.country = countryOf(seed, part.number());
        Dice dice = Dice.at(seed, part.number(), SCRIPT);
        this.prospect = dice.chance(0.15);
        List<Act> whole = write(dice);
        this.acts = whole.subList(0, Math.min(whole.size(), part.limit()));
    }

    static Country countryOf(long seed, int number) {
        return Country.any(Dice.at(seed, number, 0));
    }

    Part part() {
        return part;
    }

    Country country() {
        return country;
    }

    boolean prospect() {
        return prospect;
    }

    List<Act> acts() {
        return acts;
    }

    /** The teller's bookings: only where no status ever blocks them. */
    List<Posting> postings() {
        boolean closing = part.breach() == Kind.STATUS_MISALIGNED;
        if (acts.stream().anyMatch(act -> act.what().blocks())) {
            return List.of();
        }
        Dice dice = Dice.at(seed, part.number(), 3);
        List<Posting> postings = new ArrayList<>();
        for (Act act : acts) {
            if (act.what() == What.OPEN && (dice.chance(0.4) || closing)) {
                book(Ids.account(seed, part.number(), act.account()), dice, closing, postings);
            }
        }
        return postings;
    }

    private void book(String account, Dice dice, boolean closing, List<Posting> postings) {
        int count = 1 + dice.below(3);
        for (int i = 1; i <= count; i++) {
            long amount = dice.within(100, 500_000);
            long signed = i > 1 && !closing && dice.chance(0.4) ? -amount : amount;
            postings.add(new Posting("P-" + account.substring(2) + "-" + i, country.region(), account, signed));
        }
    }

    private List<Act> write(Dice dice) {
        List<Act> whole = new ArrayList<>();
        whole.add(Act.of(What.CREATE));
        whole.add(Act.of(What.OPEN, 1));
        if (prospect) {
            whole.add(Act.of(What.ACTIVATE));
        }
        int updates = 1 + dice.below(4);
        for (int i = 0; i < updates; i++) {
            whole.add(everyday(dice));
        }
        addForeign(whole, dice);
        addAccounts(whole, dice);
        addLate(whole, dice);
        addLife(whole, dice);
        addBreach(whole, dice);
        return whole;
    }

    private Act everyday(Dice dice) {
        What what = dice.pick(EVERYDAY);
        boolean account = what == What.NICKNAME || what == What.PURPOSE || what == What.MANAGER;
        boolean kept = what == What.SEGMENT && part.late() == Late.UPDATE_BEFORE_CREATE
                || what == What.NAME && part.breach() == Kind.VERSION_CONFLICT;
        return account ? Act.of(what, 1) : Act.of(kept ? What.CONSENT : what);
    }

    private static void addForeign(List<Act> whole, Dice dice) {
        if (dice.chance(0.10)) {
            whole.add(anywhere(whole, dice), Act.of(What.FOREIGN_BESIDE));
        }
        if (dice.chance(0.10)) {
            whole.add(anywhere(whole, dice), Act.of(What.FOREIGN_ONLY));
        }
    }

    private static void addAccounts(List<Act> whole, Dice dice) {
        int more = dice.chance(0.6) ? 0 : dice.chance(0.75) ? 1 : 2;
        for (int number = 2, from = 2; number < 2 + more; number++) {
            int at = from + dice.below(whole.size() - from + 1);
            whole.add(at, Act.of(What.OPEN, number));
            from = at + 1;
        }
    }

    private void addLate(List<Act> whole, Dice dice) {
        switch (part.late()) {
            case UPDATES -> {
                int at = anywhere(whole, dice);
                whole.add(at, Act.of(dice.chance(0.5) ? What.PHONE : What.CONTACT).overtakenByNext());
                whole.add(at + 1, Act.of(dice.chance(0.5) ? What.PHONE : What.CONTACT));
            }
            case ACCOUNT_UPDATES -> {
                whole.set(1, whole.get(1).overtakenByNext());
                whole.add(2, Act.of(What.NICKNAME, 1));
            }
            case UPDATE_BEFORE_CREATE -> {
                whole.set(0, whole.get(0).overtakenByNext());
                whole.add(1, Act.of(What.SEGMENT));
            }
            case ACCOUNT_BEFORE_CUSTOMER -> whole.set(0, whole.get(0).overtakenByNext());
            case NONE -> { }
        }
    }

    private void addLife(List<Act> whole, Dice dice) {
        int of100 = dice.below(100);
        boolean again = dice.chance(0.6);
        if (part.breach() != null && part.breach().settled()) {
            return;
        }
        if (of100 < 8) {
            whole.add(Act.of(What.SUSPEND));
            if (again) {
                whole.add(Act.of(What.REACTIVATE));
            }
        } else if (of100 < 11) {
            whole.add(Act.of(What.DECEASE));
        } else if (of100 < 14) {
            whole.add(Act.of(What.CLOSE));
        }
    }

    private void addBreach(List<Act> whole, Dice dice) {
        if (part.breach() != null) {
            // A newer value of the same field makes no breach of it, if that comes first.
            boolean last = part.breach().settled() || FINAL.contains(part.breach());
            whole.add(last ? whole.size() : anywhere(whole, dice), Act.of(What.BREACH, part.breach().account()));
        }
    }

    /** Any place after the customer and its first account that does not part an overtaken act from the next. */
    private static int anywhere(List<Act> whole, Dice dice) {
        int at = 2 + dice.below(whole.size() - 1);
        return whole.get(at - 1).overtaken() ? at + 1 : at;
    }
}
