package dev.concordat.ledger;

/**
 * Where the settings say that a database of the bridge is.
 *
 * @param of  what should be there, as its mark says it: {@code directory}, or {@code ledger.} and the region
 * @param url as the settings give it, which take none with a login
 */
public record Address(String of, String url) {
    private static final String DIRECTORY = "directory";
    private static final String LEDGER = "ledger.";

    public static Address directory(String url) {
        return new Address(DIRECTORY, url);
    }

    public static Address ledger(String region, String url) {
        return new Address(LEDGER + region, url);
    }

    /** What the settings' keys of it begin with. */
    public String key() {
        return "concordat." + of;
    }

    boolean isLedger() {
        return of.startsWith(LEDGER);
    }

    /** Of a ledger. */
    public String region() {
        return of.substring(LEDGER.length());
    }

    /** The folder of its migrations. */
    String location() {
        return isLedger() ? "lane" : DIRECTORY;
    }

    /** What should be there, in words. */
    String what() {
        return isLedger() ? "the ledger of region '" + region() + "'" : "the directory";
    }

    /** Says what it leads to instead. */
    String misleading(String found) {
        return this + " should lead to " + what() + "; it leads to " + found;
    }

    /** Says that another one, which stands behind it, leads to where it leads. */
    public String alike(Address other) {
        return this + " and " + other + " lead to the same database; each should lead to one of its own";
    }

    @Override
    public String toString() {
        return "'" + key() + ".url' [" + url + "]";
    }
}
