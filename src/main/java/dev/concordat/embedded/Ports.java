package dev.concordat.embedded;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The loopback ports of the embedded servers, remembered in the data folder and reused while they are free.
 *
 * <p>All are chosen before the first server starts: a process forked at the moment of the trial inherits the trial's socket, and the
 * port is taken until that process has closed it.
 */
final class Ports {
    static final String FILE = "ports.properties";

    /** Below the range that outgoing connections draw from: a client that reconnects must never take a port away. */
    private static final int FIRST = 20_000 + thousand() * 1_000;
    private static final int LAST = FIRST + 1_000;

    /**
     * Which of twelve thousand ports this process chooses from: who starts at the same time, or while a server of this one is away, chooses from others. By
     * the process's own number, or where many start at once by one that each is given.
     */
    private static int thousand() {
        return (int) (Long.getLong("concordat.ports", ProcessHandle.current().pid()) % 12);
    }

    private final Path file;
    private final Properties remembered = new Properties();
    private final Set<Integer> given = new HashSet<>();

    Ports(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                remembered.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    synchronized int of(String name) {
        int port = remembered(name);
        while (given.contains(port) || !free(port)) {
            port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
        }
        given.add(port);
        remember(name, port);
        return port;
    }

    private int remembered(String name) {
        String port = remembered.getProperty(name, "0");
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new BridgeException(
                    "'" + file + "': key '" + name + "' is [" + port + "] but must be a port number", e);
        }
    }

    private static boolean free(int port) {
        if (port == 0) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void remember(String name, int port) {
        if (Integer.toString(port).equals(remembered.getProperty(name))) {
            return;
        }
        remembered.setProperty(name, Integer.toString(port));
        try (Writer writer = Files.newBufferedWriter(file)) {
            remembered.store(writer, "Ports of the embedded servers");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
