package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The embedded servers, started side by side in one data folder; all listen on 127.0.0.1 only.
 *
 * <p>A later start on the same folder finds the same data, whatever ended the earlier one.
 */
public final class EmbeddedParts implements AutoCloseable {
    private static final String ONE_CLUSTER = "main";

    private final DataFolder data;
    private final Consumer<String> progress;
    private final Map<String, PostgresServer> clusters = new LinkedHashMap<>();
    private final List<Server> servers = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private EmbeddedParts(DataFolder data, Consumer<String> progress) {
        this.data = data;
        this.progress = progress;
    }

    /** Starts the parts, all databases in one PostgreSQL. */
    public static EmbeddedParts start(Path data, Set<Part> parts, List<String> databases, Consumer<String> progress) {
        return start(data, parts, Map.of(ONE_CLUSTER, databases), progress);
    }

    /** Starts the parts, one PostgreSQL for each cluster, with the databases named for it. */
    public static EmbeddedParts start(Path data, Set<Part> parts, Map<String, List<String>> clusters,
            Consumer<String> progress) {
        EmbeddedParts embedded = open(data, progress);
        try {
            embedded.startAll(parts, clusters);
            return embedded;
        } catch (RuntimeException e) {
            embedded.closeAfter(e);
            throw e;
        }
    }

    /** Takes the folder for this process; refuses one that this class did not make. Starts nothing yet. */
    public static EmbeddedParts open(Path data, Consumer<String> progress) {
        return new EmbeddedParts(DataFolder.open(data), progress);
    }

    /** Deletes the data of all parts in a folder that nobody uses. */
    public static void empty(Path data) {
        try (EmbeddedParts parts = open(data, line -> { })) {
            parts.empty();
        }
    }

    /** Ends at once what a process that was killed has left running, other than a start on the same folder would: what it keeps is for nobody. */
    public static void endLeftovers(Path data) {
        PostgresPrograms.endAll(data.resolve(DataFolder.POSTGRES));
    }

    /** Deletes the data of all parts; before any is started. */
    public void empty() {
        PostgresPrograms.stopAll(data.resolve(DataFolder.POSTGRES));
        data.empty();
    }

    /** Starts the parts, all databases in one PostgreSQL; fails when it is closed meanwhile. */
    public void startAll(Set<Part> parts, List<String> databases) {
        startAll(parts, Map.of(ONE_CLUSTER, databases));
    }

    private void startAll(Set<Part> parts, Map<String, List<String>> clusters) {
        prepare(parts, clusters);
        together(servers, this::begin);
    }

    private void prepare(Set<Part> parts, Map<String, List<String>> databases) {
        PostgresPrograms.stopAll(data.resolve(DataFolder.POSTGRES));
        Ports ports = new Ports(data.resolve(Ports.FILE));
        if (parts.contains(Part.POSTGRES)) {
            databases.forEach((cluster, names) ->
                    clusters.put(cluster, new PostgresServer(cluster, names, data, ports)));
            servers.addAll(clusters.values());
        }
        if (parts.contains(Part.KAFKA)) {
            servers.add(new KafkaServer(data, ports));
        }
        if (parts.contains(Part.ACTIVEMQ)) {
            servers.add(new ActiveMqServer(data, ports));
        }
    }

    /** Stops one part; {@link #start(Part)} starts it again on the same port and data. */
    public void stop(Part part) {
        together(having(part), Server::stop);
    }

    /** Starts a stopped part again. */
    public void start(Part part) {
        together(having(part), this::begin);
    }

    /** Stops one PostgreSQL alone. */
    public void stopPostgres(String cluster) {
        cluster(cluster).stop();
    }

    /** Starts a stopped PostgreSQL again. */
    public void startPostgres(String cluster) {
        begin(cluster(cluster));
    }

    /** Creates the topics that are missing, with the number of partitions named for each. */
    public void createTopics(Map<String, Integer> partitions) {
        KafkaTopics.create(kafkaBootstrap(), partitions);
    }

    public String kafkaBootstrap() {
        return "127.0.0.1:" + only(Part.KAFKA).port();
    }

    public String activemqUrl() {
        return "tcp://127.0.0.1:" + only(Part.ACTIVEMQ).port();
    }

    public String jdbcUrl(String database) {
        return clusterOf(database).jdbcUrl(database);
    }

    public String databaseUser() {
        return PostgresServer.USER;
    }

    /** Made up when the cluster was created, and kept in the data folder. */
    public String databasePassword(String database) {
        return clusterOf(database).password();
    }

    /** Stops all parts, also while others start: one that is starting is stopped as soon as it stands, and no other begins. */
    @Override
    public void close() {
        closed = true;
        try {
            together(servers, Server::stop);
        } finally {
            data.close();
        }
    }

    private void closeAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void begin(Server server) {
        long begun = System.nanoTime();
        String name;
        synchronized (server) {
            if (closed) {
                throw new BridgeException("the embedded parts are being stopped");
            }
            name = server.start();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        say(String.format(Locale.ROOT, "%s ready on 127.0.0.1:%d after %.1f s", name, server.port(), seconds));
    }

    private synchronized void say(String line) {
        progress.accept(line);
    }

    /** Runs an action on all servers side by side; a failure of one is thrown when all have ended. */
    private static void together(List<? extends Server> servers, Consumer<Server> action) {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Void>> all = servers.stream()
                    .map(server -> CompletableFuture.runAsync(() -> action.accept(server), threads)).toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BridgeException known ? known
                    : new BridgeException("an embedded part failed: " + e.getCause().getMessage(), e);
        } finally {
            threads.shutdown();
        }
    }

    private List<Server> having(Part part) {
        return servers.stream().filter(server -> server.part() == part).toList();
    }

    private Server only(Part part) {
        return having(part).stream().findFirst()
                .orElseThrow(() -> new BridgeException("part '" + part + "' is not among the embedded parts"));
    }

    private PostgresServer cluster(String name) {
        PostgresServer cluster = clusters.get(name);
        if (cluster == null) {
            throw new BridgeException("cluster '" + name + "' is not embedded; there are " + clusters.keySet());
        }
        return cluster;
    }

    private PostgresServer clusterOf(String database) {
        return clusters.values().stream().filter(each -> each.databases().contains(database)).findFirst()
                .orElseThrow(() -> new BridgeException("database '" + database + "' is in no embedded PostgreSQL"));
    }
}
