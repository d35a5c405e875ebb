package dev.concordat.audit;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What kind of difference a finding is, the gravest first. */
public enum FindingKind {
    WRONG_REGION("Wrong region", "critical",
            "A customer or account lies in a ledger where the directory or its residency does not place it, in two ledgers, or where no ledger is."),
    UNBALANCED("Unbalanced", "critical",
            "A booked balance is not opening balance plus postings, an account has postings in another currency, the legs of a transaction do not"
                    + " add up to 0 per currency, or the CRM shows another booked balance than the ledger."),
    MISALIGNED_STATUS("Misaligned status", "critical",
            "CRM and ledger disagree on a status that forbids postings, postings are not blocked, a closed"
                    + " customer's account holds a balance, or the CRM deleted a customer whom the ledger has not closed."),
    MISMATCHED_OWNER("Mismatched owner", "critical",
            "CRM, ledger and directory do not name the same customer as owner of an account."),
    ORPHAN("Orphan", "warning",
            "An account's customer is missing in the CRM or in the ledger, or the account has been parked too long."),
    DIFFERENT_FIELD("Different field", "warning",
            "A field does not have the same value on both sides: the ledger does not have what the CRM, its owner, has, or the other way"
                    + " round; no change of it is under way or waits. Values are not shown."),
    MISSING("Missing", "warning",
            "The CRM has it, no ledger has it, and nothing of it waits in quarantine or parking."),
    GONE("Gone", "warning",
            "An account came from the CRM, which no longer has it, though it has its customer; in the ledger the account holds a balance."),
    CONTRACT_RULE("Contract rule", "warning", "A SQL rule of a contract measured another number than it demands.");

    private final String title;
    private final String severity;
    private final String meaning;

    FindingKind(String title, String severity, String meaning) {
        this.title = title;
        this.severity = severity;
        this.meaning = meaning;
    }

    /** The kind of this word; empty where there is none, or no longer. */
    static Optional<FindingKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    public String title() {
        return title;
    }

    /** {@code critical} or {@code warning}, as Alertmanager's routes expect it. */
    public String severity() {
        return severity;
    }

    public String meaning() {
        return meaning;
    }

    /** The word used in reports and alerts, such as {@code misaligned-status}. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
