package dev.concordat.bench;

import java.util.Arrays;
import java.util.List;

/** Who is measured. */
enum Contestant {
    BARE("bare", "bare limit: consumer, Jackson, COPY and one upsert a batch", 1, "peers-bare"),
    CONNECT("connect", "Kafka Connect 4.2 with the Debezium JDBC sink 3.5", 1, "connect-peers"),
    CONNECT_TOLERANT("connect-tolerant", "the same with errors.tolerance=all", 1, "connect-peers-tolerant"),
    CAMEL_PLAIN("camel-plain", "plain Camel route, a change at a time", 10, "peers-camel"),
    CONCORDAT("concordat", "Concordat, all on", 1, "concordat-admit");

    private final String word;
    private final String label;
    private final int fraction;
    private final String group;

    Contestant(String word, String label, int fraction, String group) {
        this.word = word;
        this.label = label;
        this.fraction = fraction;
        this.group = group;
    }

    static Contestant of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no contestant [" + word + "]; there are " + words()));
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Contestant::word).toList();
    }

    String word() {
        return word;
    }

    String label() {
        return label;
    }

    /** It gets the changes divided by this. */
    int fraction() {
        return fraction;
    }

    /** The consumer group that takes the topic. */
    String group() {
        return group;
    }

    private boolean ledgers() {
        return this == CONCORDAT;
    }

    boolean connect() {
        return this == CONNECT || this == CONNECT_TOLERANT;
    }

    /** Tolerance only matters where there is something to tolerate. */
    boolean takesPartIn(boolean dirty) {
        return dirty || this != CONNECT_TOLERANT;
    }

    List<String> databases() {
        return ledgers() ? Servers.REGIONS.stream().map(region -> "ledger_" + region).toList() : List.of(Servers.PLAIN);
    }

    String database(String region) {
        return ledgers() ? "ledger_" + region : Servers.PLAIN;
    }

    String table() {
        return ledgers() ? "ledger.customer" : "customer";
    }

    String select() {
        return ledgers() ? Customer.SELECT_LEDGER : Customer.SELECT;
    }
}
