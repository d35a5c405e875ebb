package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.postgresql.util.PasswordUtil;

/** One PostgreSQL cluster: its own process, data and port, with one or more databases. */
final class PostgresServer implements Server {
    static final String USER = "postgres";
    private static final int SALT_BYTES = 16;

    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "shared_buffers=512MB", "max_wal_size=4GB",
            "synchronous_commit=on", "timezone=UTC", "log_timezone=UTC", "log_min_messages=warning");

    private final Path home;
    private final Path passwordFile;
    private final List<String> databases;
    private final PostgresPrograms programs;
    private final int port;

    PostgresServer(String cluster, List<String> databases, DataFolder data, Ports ports) {
        this.home = data.resolve(DataFolder.POSTGRES).resolve(cluster);
        this.passwordFile = home.resolve("password");
        this.databases = List.copyOf(databases);
        this.programs = new PostgresPrograms(home);
        this.port = ports.of("postgres." + cluster);
    }

    @Override
    public Part part() {
        return Part.POSTGRES;
    }

    @Override
    public synchronized String start() {
        if (!programs.created()) {
            createCluster();
        }
        programs.stop();
        programs.start(port, SETTINGS);
        String version = createDatabases();
        SampleSchemas.migrate(this);
        return "PostgreSQL " + version;
    }

    /** A temporary file can be read by its owner only, and so can the password. */
    private void createCluster() {
        try {
            Files.createDirectories(home);
            Files.deleteIfExists(passwordFile);
            String password = UUID.randomUUID().toString();
            Files.move(Files.writeString(Files.createTempFile(home, "new", null), password), passwordFile);
            Path kept = Files.writeString(Files.createTempFile(home, "kept", null), verifier(password));
            programs.createCluster(USER, kept);
            Files.delete(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What PostgreSQL keeps of the password. Whoever connects hashes it as often as this says, which costs a client 30 ms with the usual 4096. */
    private static String verifier(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        // To hash it again and again is for passwords that can be guessed.
        return PasswordUtil.encodeScramSha256(password.toCharArray(), 1, salt);
    }

    private String createDatabases() {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(USER), USER, password());
                Statement statement = connection.createStatement()) {
            for (String database : databases) {
                if (!exists(statement, database)) {
                    statement.execute("CREATE DATABASE \"" + database + "\"");
                }
            }
            return first(statement, "SHOW server_version");
        } catch (SQLException e) {
            throw new BridgeException(
                    "PostgreSQL on port " + port + " runs but takes no databases: " + e.getMessage(), e);
        }
    }

    private static boolean exists(Statement statement, String database) throws SQLException {
        return first(statement, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'").equals("1");
    }

    private static String first(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public synchronized void stop() {
        programs.stop();
    }

    @Override
    public int port() {
        return port;
    }

    List<String> databases() {
        return databases;
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    String password() {
        try {
            return Files.readString(passwordFile);
        } catch (IOException e) {
            throw new BridgeException("'" + passwordFile + "' cannot be read: " + e.getMessage(), e);
        }
    }
}
