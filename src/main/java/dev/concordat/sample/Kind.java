package dev.concordat.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an emission is there to show; a breach names the rule that has to catch it. */
public enum Kind {
    CUSTOMER_CREATED,
    ACCOUNT_OPENED,
    CUSTOMER_UPDATED,
    ACCOUNT_UPDATED,
    /** Carries fields of the ledger beside fields of the CRM; only the latter may have an effect. */
    FOREIGN_BESIDE,
    /** Carries fields of the ledger only; filtered. */
    FOREIGN_ONLY,
    /** The same bytes as an emission before. */
    DUPLICATE,

    MISSING_REQUIRED("schema", Host.LONE),
    REQUIRED_NULL("schema", Host.CUSTOMER),
    WRONG_TYPE("schema", Host.CUSTOMER),
    PHONE_PATTERN("schema", Host.CUSTOMER),
    EMAIL_FORMAT("schema", Host.CUSTOMER),
    DATE_FORMAT("schema", Host.CUSTOMER),
    TOO_LONG("schema", Host.CUSTOMER),
    SEGMENT_UNKNOWN("schema", Host.CUSTOMER),
    COUNTRY_UNKNOWN("schema", Host.LONE),
    COUNTRY_SPELLED_OUT("schema", Host.LONE),
    IBAN_INVALID("schema", Host.ACCOUNT),
    FOREIGN_OWNED("foreign-owned", Host.CUSTOMER),
    COUNTRY_UNPLACED("residency-unknown", Host.LONE),
    COUNTRY_BLOCKED("residency-unknown", Host.LONE),
    RELOCATION("residency-relocation", Host.CUSTOMER),
    ORPHAN("orphan", Host.LONE),
    VERSION_CONFLICT("version-conflict", Host.CUSTOMER),
    NOT_JSON("not-json", Host.CUSTOMER),
    ENVELOPE("envelope", Host.CUSTOMER),
    DOCUMENT_SIZE("document-size", Host.CUSTOMER),
    CONTRACT_VERSION("contract-version", Host.CUSTOMER),
    /** Nothing that the contract forbids: a constraint of the ledger's own does. */
    LEDGER_REFUSED("ledger-refused", Host.CUSTOMER),
    OWNER_MISMATCH("account-owner-mismatch", Host.SETTLED_ACCOUNT),
    STATUS_MISALIGNED("status-misaligned", Host.SETTLED_CUSTOMER);

    /** What a breach needs around it. */
    private enum Host { NONE, LONE, CUSTOMER, ACCOUNT, SETTLED_CUSTOMER, SETTLED_ACCOUNT }

    private final String rule;
    private final Host host;

    Kind() {
        this(null, Host.NONE);
    }

    Kind(String rule, Host host) {
        this.rule = rule;
        this.host = host;
    }

    /** Name of the rule that a breach of this kind breaks. */
    public Optional<String> rule() {
        return Optional.ofNullable(rule);
    }

    public boolean breach() {
        return rule != null;
    }

    /** The word for reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The breach is about an entity of which nothing else is ever sent. */
    boolean lone() {
        return host == Host.LONE;
    }

    /** The breach can only be judged once the ledgers hold everything before it; it goes in the last phase. */
    boolean settled() {
        return host == Host.SETTLED_CUSTOMER || host == Host.SETTLED_ACCOUNT;
    }

    /** Number of the customer's account that a breach of this kind is about; 0 for the customer itself. */
    int account() {
        return host == Host.ACCOUNT || host == Host.SETTLED_ACCOUNT ? 1 : 0;
    }

    public static List<Kind> breaches() {
        return Arrays.stream(values()).filter(Kind::breach).toList();
    }
}
