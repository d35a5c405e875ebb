package dev.concordat.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder that the embedded servers keep their data in; one process uses it at a time. */
public final class DataFolder implements AutoCloseable {
    static final String MARKER = "concordat.lock";
    static final String POSTGRES = "postgres";
    static final String KAFKA = "kafka";
    static final String ACTIVEMQ = "activemq";
    /** Is there while a demo alone has kept data here. */
    private static final String DEMO = "demo";
    private static final List<String> SERVERS = List.of(POSTGRES, KAFKA, ACTIVEMQ);

    private final Path path;
    private final FileChannel marker;

    private DataFolder(Path path, FileChannel marker) {
        this.path = path;
        this.marker = marker;
    }

    /** Opens the folder, and creates it where it is missing. */
    static DataFolder open(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            refuseForeign(path);
            return new DataFolder(path, lock(path, CREATE, WRITE).orElseThrow(() -> new BridgeException("data folder '" + path
                    + "' is in use by another running Concordat; stop that one or name another folder")));
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** Makes a folder where it is missing, and says why nothing can be written into it; empty where something can. */
    public static Optional<String> objection(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            return Files.isWritable(folder) ? Optional.empty() : Optional.of(why(new AccessDeniedException(folder.toString())));
        } catch (IOException e) {
            return Optional.of(why(e));
        }
    }

    /** Java names the file alone where the system has a word for what is wrong. */
    public static String why(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "'" + denied.getFile() + "' may not be written by this user";
        }
        if (e instanceof FileAlreadyExistsException taken) {
            return "'" + taken.getFile() + "' is a file";
        }
        if (e instanceof NoSuchFileException missing) {
            return "'" + missing.getFile() + "' cannot be made there";
        }
        return e.getMessage();
    }

    private static void refuseForeign(Path path) {
        if (Files.exists(path.resolve(MARKER))) {
            return;
        }
        for (String server : SERVERS) {
            if (Files.exists(path.resolve(server))) {
                throw new BridgeException("data folder '" + path + "' holds '" + server + "' but no '" + MARKER
                        + "', so Concordat did not make it; name a folder that is empty or missing");
            }
        }
    }

    /** Empty where a process, this one or another, holds the lock. */
    private static Optional<FileChannel> lock(Path path, OpenOption... how) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(MARKER), how);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException e) {
            // This process itself holds it.
        }
        channel.close();
        return Optional.empty();
    }

    /** Whether a process keeps its data in the folder now; also where that cannot be told. */
    public static boolean isInUse(Path folder) {
        try {
            var lock = lock(folder, WRITE);
            if (lock.isPresent()) {
                lock.get().close();
            }
            return lock.isEmpty();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /**
     * Notes that the data of a folder will be a demo's, which the next one deletes; of one that is in use whoever opens it says so.
     *
     * @throws BridgeException where somebody else has kept data there
     */
    public static void giveToDemo(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        if (isInUse(path)) {
            return;
        }
        if (Files.notExists(path.resolve(DEMO)) && SERVERS.stream().anyMatch(server -> Files.exists(path.resolve(server)))) {
            throw new BridgeException("data folder '" + path + "' holds what a bridge has kept, which a demo would delete; name another with --data, or keep it with --keep");
        }
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve(DEMO), "The data beside this file is a demo's: the next one deletes it.\n");
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** Notes that the data of a folder is no demo's from now on. */
    public static void takeFromDemo(Path folder) {
        delete(folder.resolve(DEMO));
    }

    private static BridgeException unusable(Path path, IOException e) {
        return new BridgeException("data folder '" + path + "' cannot be used: " + why(e) + "; name another with --data", e);
    }

    /** Deletes what the servers keep here; other files stay. */
    void empty() {
        SERVERS.forEach(server -> delete(path.resolve(server)));
        delete(path.resolve(Ports.FILE));
    }

    /** Deletes a file, or a folder with all that is in it; nothing where there is none. */
    public static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            marker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
