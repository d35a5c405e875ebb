package dev.concordat.sample;

import static dev.concordat.sample.Event.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Turns a plain step into one that breaks the contract, each kind in its own way. */
final class Breaches {
    private static final List<String> BLOCKED = List.of("RU", "CN", "IN", "TR");
    private static final int TOO_LONG = 5_000;

    private final long seed;
    private final Plan plan;

    Breaches(long seed, Plan plan) {
        this.seed = seed;
        this.plan = plan;
    }

    Step in(Step plain, Script script, Dice dice) {
        ObjectNode after = plain.after();
        Country country = script.country();
        switch (plain.kind()) {
            case REQUIRED_NULL -> after.putNull("status");
            case WRONG_TYPE -> after.put("consent", "yes");
            case PHONE_PATTERN -> after.put("phone", "044 668 18 00");
            case EMAIL_FORMAT -> after.put("email", "somebody at example.com");
            case DATE_FORMAT -> after.put("dateOfBirth", "31.12.1980");
            case TOO_LONG -> after.put("familyName", "x".repeat(TOO_LONG));
            case SEGMENT_UNKNOWN -> after.put("segment", "platinum");
            case IBAN_INVALID -> after.put("iban", Ibans.invalid(dice));
            case LEDGER_REFUSED -> after.put("taxId", "00000000000");
            case FOREIGN_OWNED -> after.put("postingsBlocked", false);
            case RELOCATION -> after.put("residency", country.abroad().name());
            case STATUS_MISALIGNED -> after.put("status", "closed");
            default -> after.put("phone", Phones.mobile(country, dice));
        }
        return switch (plain.kind()) {
            case VERSION_CONFLICT -> stale(plain);
            case MISSING_REQUIRED, COUNTRY_UNKNOWN, COUNTRY_SPELLED_OUT, COUNTRY_UNPLACED, COUNTRY_BLOCKED ->
                    loneCustomer(plain, script, dice);
            case OWNER_MISMATCH -> otherOwner(plain, plan.other(script.part().number(), country.region()));
            case ORPHAN -> loneAccount(plain, script);
            default -> plain;
        };
    }

    /** The version of the customer's first change again, with another content. */
    private static Step stale(Step plain) {
        ObjectNode other = JSON.createObjectNode().put("id", plain.entityId()).put("familyName", "Somebody Else");
        return new Step(plain.kind(), plain.channel(), plain.id(), plain.customer(), plain.entity(), plain.entityId(),
                Story.VERSION_STEP, false, false, other);
    }

    /** The CRM has given the account to another customer, and keys the change so. */
    private static Step otherOwner(Step plain, String other) {
        ObjectNode after = JSON.createObjectNode()
                .put("id", plain.entityId()).put("customer", other).put("nickname", "Moved");
        return new Step(plain.kind(), plain.channel(), plain.id(), other, plain.entity(), plain.entityId(),
                plain.version(), false, false, after);
    }

    private Step loneCustomer(Step plain, Script script, Dice dice) {
        Country country = script.country();
        String id = Ids.customer(seed, Ids.lone(script.part().number()));
        String residency = switch (plain.kind()) {
            case COUNTRY_UNKNOWN -> "ZZ";
            case COUNTRY_SPELLED_OUT -> new Locale("", country.name()).getDisplayCountry(Locale.ENGLISH);
            case COUNTRY_UNPLACED -> "JP";
            case COUNTRY_BLOCKED -> dice.pick(BLOCKED);
            default -> country.name();
        };
        ObjectNode after = JSON.createObjectNode().put("id", id).put("type", "individual");
        if (plain.kind() != Kind.MISSING_REQUIRED) {
            after.put("familyName", "Nobody");
        }
        after.put("segment", "retail").put("residency", residency).put("status", "active").put("consent", false);
        return new Step(plain.kind(), plain.channel(), plain.id(), id, Entity.CUSTOMER, id, Story.VERSION_STEP, true,
                false, after);
    }

    private Step loneAccount(Step plain, Script script) {
        int number = Ids.lone(script.part().number());
        String customer = Ids.customer(seed, number);
        String id = Ids.account(seed, number, 1);
        ObjectNode after = JSON.createObjectNode().put("id", id).put("customer", customer).put("product", "current");
        return new Step(plain.kind(), plain.channel(), plain.id(), customer, Entity.ACCOUNT, id, Story.VERSION_STEP,
                true, false, after);
    }
}
