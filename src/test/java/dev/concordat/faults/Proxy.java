package dev.concordat.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between two ends of TCP connections and breaks them at will: in the middle of what is said, or without a word. */
public final class Proxy implements AutoCloseable {
    private static final int ROOM = 8_192;
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket door;
    private final Way straight;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Queue<Integer> distances = new ConcurrentLinkedQueue<>();
    private final AtomicLong left = new AtomicLong(NEVER);
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile long heldUntil = System.nanoTime();
    private volatile Way way;

    /** Where connections lead; what they call {@code said} is called {@code meant} there, in as many bytes. */
    private record Way(List<InetSocketAddress> targets, byte[] said, byte[] meant) {
        static Way to(List<Integer> ports, String said, String meant) {
            return new Way(ports.stream().map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).toList(),
                    said.getBytes(StandardCharsets.UTF_8), meant.getBytes(StandardCharsets.UTF_8));
        }

        void translate(byte[] bytes, int count) {
            for (int at = 0; said.length > 0 && at + said.length <= count; at++) {
                if (Arrays.equals(bytes, at, at + said.length, said, 0, said.length)) {
                    System.arraycopy(meant, 0, bytes, at, meant.length);
                }
            }
        }
    }

    /** @param targets ports on the loopback address; they take turns, and one that takes no connection is passed over */
    public Proxy(List<Integer> targets) {
        try {
            this.straight = Way.to(targets, "", "");
            this.way = straight;
            this.door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /** After so many bytes in either direction, whoever says the last of them is cut off there; then the next distance counts. */
    void cutAfter(List<Integer> bytes) {
        distances.addAll(bytes);
        cutNext();
    }

    /** Nothing gets through for a while; nothing is lost. */
    void hold(long millis) {
        heldUntil = System.nanoTime() + millis * 1_000_000;
    }

    /** What is open now never says a word again, and is not closed either; what is opened later is not concerned. Returns how many. */
    public int silence() {
        int silenced = 0;
        for (Connection connection : open) {
            connection.silent = true;
            silenced++;
        }
        return silenced;
    }

    /** Connections lead to another port from now on, where what they call {@code said} is called {@code meant}; those that are open are cut. */
    void leadTo(int port, String said, String meant) {
        lead(Way.to(List.of(port), said, meant));
    }

    void leadBack() {
        if (way != straight) {
            lead(straight);
        }
    }

    private void lead(Way other) {
        way = other;
        open.forEach(Connection::reset);
    }

    /** Breaks nothing more, and ends what was silenced. Returns how many connections were cut since the last time. */
    int heal() {
        distances.clear();
        left.set(NEVER);
        leadBack();
        open.stream().filter(connection -> connection.silent).forEach(Connection::reset);
        return cuts.getAndSet(0);
    }

    private void cutNext() {
        Integer distance = distances.poll();
        left.set(distance == null ? NEVER : distance);
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                start(() -> connect(near));
            } catch (IOException e) {
                // Closed, or a connection that was given up before it was taken.
            }
        }
    }

    private void connect(Socket near) {
        int first = turn.getAndIncrement();
        Way way = this.way;
        for (int i = 0; i < way.targets.size(); i++) {
            InetSocketAddress target = way.targets.get(Math.floorMod(first + i, way.targets.size()));
            Socket far = new Socket();
            try {
                far.connect(target, 1_000);
                var connection = new Connection(near, far, way);
                open.add(connection);
                if (way != this.way) {
                    connection.reset();
                    return;
                }
                start(() -> connection.carry(far, near));
                connection.carry(near, far);
                return;
            } catch (IOException e) {
                close(far);
            }
        }
        reset(near);
    }

    private final class Connection {
        private final Socket near;
        private final Socket far;
        private final Way way;
        private volatile boolean silent;

        Connection(Socket near, Socket far, Way way) throws IOException {
            this.near = near;
            this.far = far;
            this.way = way;
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
        }

        private void carry(Socket from, Socket to) {
            byte[] bytes = new byte[ROOM];
            try {
                for (int count = from.getInputStream().read(bytes); count >= 0; count = from.getInputStream().read(bytes)) {
                    waitWhileHeld();
                    if (silent) {
                        continue;
                    }
                    if (from == near) {
                        way.translate(bytes, count);
                    }
                    int through = (int) Math.min(count, throughBefore(count));
                    to.getOutputStream().write(bytes, 0, through);
                    if (through < count) {
                        reset();
                        return;
                    }
                }
                if (!silent) {
                    to.shutdownOutput();
                    finish(from, to);
                }
            } catch (IOException e) {
                if (!silent) {
                    reset();
                }
            }
        }

        /** How many of so many bytes may still pass. */
        private long throughBefore(int count) {
            long before = left.getAndUpdate(value -> value == NEVER ? NEVER : value - count);
            if (before == NEVER || before > count) {
                return count;
            }
            cuts.incrementAndGet();
            cutNext();
            return Math.max(0, before - 1);
        }

        private void waitWhileHeld() throws IOException {
            try {
                for (long nanos = heldUntil - System.nanoTime(); nanos > 0; nanos = heldUntil - System.nanoTime()) {
                    Thread.sleep(nanos / 1_000_000 + 1);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Both directions have ended in order. */
        private void finish(Socket from, Socket to) {
            if (from.isOutputShutdown() && to.isOutputShutdown()) {
                open.remove(this);
                close(from);
                close(to);
            }
        }

        private void reset() {
            open.remove(this);
            Proxy.reset(near);
            Proxy.reset(far);
        }
    }

    /** The other end sees the connection break, not end. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to close.
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Connection::reset);
    }
}
