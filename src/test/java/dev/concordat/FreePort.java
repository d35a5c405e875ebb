package dev.concordat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A loopback port that was given to nobody else here, outside the range that outgoing connections draw from: nobody takes it before its
 * server comes or while it is away.
 */
public final class FreePort {
    /** Each of the Java machines that run tests beside each other has its own thousand. */
    private static final int FIRST = 12_000 + Integer.getInteger("concordat.ports", 0) % 8 * 1_000;
    private static final int LAST = FIRST + 1_000;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {
    }

    public static int any() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (!GIVEN.add(port)) {
                continue;
            }
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // Taken; the next may be free.
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " to " + (LAST - 1) + " is free");
    }
}
