package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.nio.file.Path;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.usage.SystemUsage;

/** One ActiveMQ Classic broker with its messages on disk, in this process. */
final class ActiveMqServer implements Server {
    private static final long MIB = 1024L * 1024;

    private final Path folder;
    private final int port;
    private BrokerService broker;

    ActiveMqServer(DataFolder data, Ports ports) {
        this.folder = data.resolve(DataFolder.ACTIVEMQ);
        this.port = ports.of("activemq");
    }

    @Override
    public Part part() {
        return Part.ACTIVEMQ;
    }

    @Override
    public synchronized String start() {
        if (broker == null) {
            try {
                BrokerService starting = configured();
                starting.start();
                starting.waitUntilStarted();
                broker = starting;
            } catch (Exception e) {
                throw new BridgeException("ActiveMQ does not start in '" + folder + "': " + e.getMessage(), e);
            }
        }
        return "ActiveMQ " + BrokerService.BROKER_VERSION;
    }

    private BrokerService configured() throws Exception {
        BrokerService service = new BrokerService();
        service.setBrokerName("concordat");
        service.setDataDirectory(folder.toString());
        service.setPersistenceAdapter(store());
        service.setAdvisorySupport(false);
        service.setSchedulerSupport(false);
        service.setUseShutdownHook(false);
        service.setUseJmx(true);
        service.getManagementContext().setCreateConnector(false);
        service.addConnector("tcp://127.0.0.1:" + port);
        limit(service.getSystemUsage());
        return service;
    }

    private KahaDBPersistenceAdapter store() {
        KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
        store.setDirectory(folder.resolve("kahadb").toFile());
        store.setJournalMaxFileLength((int) (8 * MIB));
        return store;
    }

    private static void limit(SystemUsage usage) {
        usage.getMemoryUsage().setLimit(64 * MIB);
        usage.getStoreUsage().setLimit(1024 * MIB);
        usage.getTempUsage().setLimit(64 * MIB);
    }

    @Override
    public synchronized void stop() {
        if (broker != null) {
            try {
                broker.stop();
                broker.waitUntilStopped();
                broker = null;
            } catch (Exception e) {
                throw new BridgeException("ActiveMQ does not stop: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public int port() {
        return port;
    }
}
