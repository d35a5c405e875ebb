package dev.concordat.faults;

import java.nio.file.Path;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;

/** One ActiveMQ as a process of its own, which can be killed and told that its store is full. */
public final class QuarantineBroker {
    private static final long MIB = 1024L * 1024;

    private QuarantineBroker() {
    }

    /** @param arguments folder and port; then each line of standard input is how many bytes the store may have from now on */
    public static void main(String[] arguments) throws Exception {
        var store = new KahaDBPersistenceAdapter();
        store.setDirectory(Path.of(arguments[0], "kahadb").toFile());
        store.setJournalMaxFileLength((int) (2 * MIB));
        // A disk that was full leaves half a record behind, at which the broker would not start again.
        store.setCheckForCorruptJournalFiles(true);
        store.setIgnoreMissingJournalfiles(true);
        var broker = new BrokerService();
        broker.setBrokerName("concordat");
        broker.setDataDirectory(arguments[0]);
        broker.setPersistenceAdapter(store);
        broker.setAdvisorySupport(false);
        broker.setSchedulerSupport(false);
        broker.setUseJmx(false);
        broker.addConnector("tcp://127.0.0.1:" + arguments[1]);
        broker.getSystemUsage().getMemoryUsage().setLimit(64 * MIB);
        broker.getSystemUsage().getStoreUsage().setLimit(1024 * MIB);
        broker.getSystemUsage().getTempUsage().setLimit(64 * MIB);
        broker.start();
        broker.waitUntilStarted();
        ServerProcess.serve(limit -> broker.getSystemUsage().getStoreUsage().setLimit(Long.parseLong(limit)));
    }
}
