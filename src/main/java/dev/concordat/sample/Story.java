package dev.concordat.sample;

import static dev.concordat.sample.Event.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Tells a script with names, numbers and addresses: the changes of one customer and its accounts. */
final class Story {
    /** Between two planned versions of an entity there is room for the versions of the bridge's own patches. */
    static final long VERSION_STEP = 1000;
    private static final List<String> TYPES = List.of("individual", "individual", "individual", "individual",
            "individual", "individual", "individual", "joint", "company", "company");
    private static final List<String> RARE_TYPES =
            List.of("trust", "foundation", "public-body", "dao", "family-office");
    private static final List<String> PERSONAL = List.of("retail", "affluent", "private");
    private static final List<String> COMMERCIAL = List.of("business", "corporate");
    private static final List<String> PRODUCTS = List.of("current", "current", "savings", "deposit", "card", "loan");
    private static final List<String> PURPOSES = List.of("salary", "savings", "rent", "operations", "taxes", "travel");
    private static final List<String> NICKNAMES = List.of("Household", "Holiday", "Rainy day", "Business", "Rent");
    private static final List<String> TIERS = List.of("silver", "gold", "platinum");

    private final long seed;
    private final Script script;
    private final People people;
    private final Breaches breaches;
    private final Dice dice;
    private final String id;
    private final Channel channel;
    private final long[] versions = new long[4];
    private final List<Step> steps = new ArrayList<>();
    private Country country;
    private String type;
    private String givenName = "";
    private String familyName = "";
    private String segment;
    private boolean consent;

    Story(long seed, Script script, People people, Breaches breaches) {
        this.seed = seed;
        this.script = script;
        this.people = people;
        this.breaches = breaches;
        this.dice = Dice.at(seed, script.part().number(), 2);
        this.id = Ids.customer(seed, script.part().number());
        this.channel = dice.chance(0.4) ? Channel.WEBHOOK : Channel.KAFKA;
        this.country = script.country();
        script.acts().forEach(this::tell);
    }

    /** In the order in which it happened. */
    List<Step> steps() {
        return steps;
    }

    private void tell(Act act) {
        if (act.what() == Act.What.BREACH) {
            Step plain = step(script.part().breach(), act, act.account() > 0 ? account(act) : customer());
            steps.add(breaches.in(plain, script, dice));
        } else if (act.account() > 0) {
            tellAccount(act);
        } else {
            tellCustomer(act);
        }
    }

    private void tellCustomer(Act act) {
        ObjectNode after = customer();
        switch (act.what()) {
            case CREATE -> create(after);
            case ACTIVATE, REACTIVATE -> after.put("status", "active");
            case SUSPEND -> after.put("status", "suspended");
            case DECEASE -> after.put("status", person() ? "deceased" : "closed");
            case CLOSE -> after.put("status", "closed");
            case PHONE -> after.put("phone", Phones.mobile(country, dice));
            case EMAIL -> after.put("email", email());
            case CONTACT -> after.put("phone", Phones.mobile(country, dice)).put("email", email());
            case ADDRESS -> after.set("address", people.address(country, dice.seed()));
            case MOVE -> move(after);
            case NAME -> after.put("familyName", familyName = newName());
            case SEGMENT -> after.put("segment", segment = otherSegment());
            case CONSENT -> after.put("consent", consent = !consent);
            case CLEAR -> after.putNull(dice.chance(0.5) ? "email" : "taxId");
            case FOREIGN_BESIDE -> after.put("phone", Phones.mobile(country, dice)).put("creditLimit", limit());
            case FOREIGN_ONLY -> after.put("creditLimit", limit()).put("exposure", limit());
            default -> throw new IllegalStateException(act.what() + " does not happen to a customer");
        }
        if (after.size() > 1 && act.what() != Act.What.FOREIGN_ONLY && dice.chance(0.04)) {
            after.put("preferredChannel", "app");
        }
        steps.add(step(kind(act), act, after));
    }

    private void tellAccount(Act act) {
        ObjectNode after = account(act);
        switch (act.what()) {
            case OPEN -> after.put("product", dice.pick(PRODUCTS)).put("nickname", nickname())
                    .put("purpose", dice.pick(PURPOSES)).put("relationshipManager", manager());
            case NICKNAME -> after.put("nickname", nickname());
            case PURPOSE -> after.put("purpose", dice.pick(PURPOSES));
            case MANAGER -> after.put("relationshipManager", manager());
            default -> throw new IllegalStateException(act.what() + " does not happen to an account");
        }
        steps.add(step(kind(act), act, after));
    }

    private ObjectNode customer() {
        return JSON.createObjectNode().put("id", id);
    }

    private ObjectNode account(Act act) {
        return JSON.createObjectNode()
                .put("id", Ids.account(seed, script.part().number(), act.account())).put("customer", id);
    }

    private void create(ObjectNode after) {
        type = dice.chance(0.08) ? dice.pick(RARE_TYPES) : dice.pick(TYPES);
        if (person()) {
            givenName = people.givenName(country, dice.seed());
            after.put("givenName", givenName);
        }
        familyName = newName();
        segment = dice.pick(person() ? PERSONAL : COMMERCIAL);
        consent = dice.chance(0.5);
        after.put("familyName", familyName).put("type", type).put("segment", segment).put("email", email())
                .put("phone", Phones.mobile(country, dice));
        after.set("address", people.address(country, dice.seed()));
        after.put("residency", country.name()).put("status", script.prospect() ? "prospect" : "active");
        if (person()) {
            after.put("dateOfBirth", LocalDate.of(1940, 1, 1).plusDays(dice.below(24_000)).toString());
        }
        after.put("taxId", Long.toString(dice.within(10_000_000_000L, 100_000_000_000L))).put("consent", consent);
        if (dice.chance(0.05)) {
            after.put("loyaltyTier", dice.pick(TIERS));
        }
    }

    private void move(ObjectNode after) {
        country = country.neighbour(dice);
        after.put("residency", country.name()).put("phone", Phones.mobile(country, dice));
        after.set("address", people.address(country, dice.seed()));
    }

    private Step step(Kind kind, Act act, ObjectNode after) {
        boolean ofAccount = act.account() > 0;
        long version = ++versions[act.account()] * VERSION_STEP;
        return new Step(kind, channel, dice.uuid(), id, ofAccount ? Entity.ACCOUNT : Entity.CUSTOMER,
                after.get("id").textValue(), version, act.what() == Act.What.CREATE || act.what() == Act.What.OPEN,
                act.overtaken(), after);
    }

    private static Kind kind(Act act) {
        return switch (act.what()) {
            case CREATE -> Kind.CUSTOMER_CREATED;
            case OPEN -> Kind.ACCOUNT_OPENED;
            case FOREIGN_BESIDE -> Kind.FOREIGN_BESIDE;
            case FOREIGN_ONLY -> Kind.FOREIGN_ONLY;
            default -> act.account() > 0 ? Kind.ACCOUNT_UPDATED : Kind.CUSTOMER_UPDATED;
        };
    }

    private boolean person() {
        return type.equals("individual") || type.equals("joint");
    }

    private String newName() {
        return person() ? people.familyName(country, dice.seed()) : people.company(country, dice.seed());
    }

    private String email() {
        return People.email(givenName, familyName, dice);
    }

    private String otherSegment() {
        List<String> segments = person() ? PERSONAL : COMMERCIAL;
        return segments.get((segments.indexOf(segment) + 1) % segments.size());
    }

    private String nickname() {
        return dice.pick(NICKNAMES) + " " + dice.below(100);
    }

    private String manager() {
        return "rm-" + (100 + dice.below(400));
    }

    private long limit() {
        return dice.within(1, 1_000) * 100_000;
    }
}
