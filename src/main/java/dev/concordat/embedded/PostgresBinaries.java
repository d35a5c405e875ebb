package dev.concordat.embedded;

import dev.concordat.BridgeException;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's own programs: those of an installation that the environment names, or unpacked once per user from the jar of this platform. */
final class PostgresBinaries {
    /** The folder of an installation's initdb, pg_ctl and postgres. */
    private static final String INSTALLED = "CONCORDAT_POSTGRES";
    private static final List<String> PROGRAMS = List.of("initdb", "pg_ctl", "postgres");
    private static final String VERSION = "17.5";
    private static final String COMPLETE = "complete.txt";
    private static final boolean POSIX = !System.getProperty("os.name").startsWith("Windows");

    private static Path unpacked;

    private PostgresBinaries() {
    }

    /**
     * The folder with initdb, pg_ctl and postgres.
     *
     * @throws BridgeException when the environment names a folder that has not all of them
     */
    static Path folder(Map<String, String> environment) {
        String installed = environment.getOrDefault(INSTALLED, "").strip();
        if (installed.isEmpty()) {
            return unpacked().resolve("bin");
        }
        Path folder = Path.of(installed);
        var missing = PROGRAMS.stream().filter(program -> !Files.isExecutable(folder.resolve(program))).toList();
        if (!missing.isEmpty()) {
            throw new BridgeException("environment variable " + INSTALLED + " [" + installed + "] should be the folder of an installed PostgreSQL's "
                    + String.join(", ", PROGRAMS) + ", for example /usr/lib/postgresql/17/bin; missing there: " + String.join(", ", missing));
        }
        return folder;
    }

    private static synchronized Path unpacked() {
        if (unpacked == null) {
            unpacked = unpack();
        }
        return unpacked;
    }

    private static Path unpack() {
        try {
            Path home = folderOfUser();
            Path target = home.resolve("postgres-" + VERSION);
            if (!complete(target)) {
                Path unpacking = Files.createTempDirectory(home, "unpacking");
                Path fresh = Files.createDirectory(unpacking.resolve("postgres"));
                unpack(fresh);
                Files.writeString(fresh.resolve(COMPLETE), Long.toString(count(fresh) + 1));
                move(fresh, target);
                DataFolder.delete(unpacking);
            }
            return target;
        } catch (IOException e) {
            throw new BridgeException("PostgreSQL's programs cannot be unpacked: " + e.getMessage(), e);
        }
    }

    /** Another user's folder is never used: what lies in a shared folder under our name may be somebody else's. */
    private static Path folderOfUser() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path home = temporary.resolve("concordat-" + System.getProperty("user.name"));
        if (!Files.exists(home)) {
            Files.createDirectories(home);
        }
        Path own = Files.createTempFile(temporary, "concordat", null);
        boolean mine = Files.getOwner(home).equals(Files.getOwner(own));
        Files.delete(own);
        return mine ? home : Files.createTempDirectory(temporary, "concordat");
    }

    private static boolean complete(Path target) throws IOException {
        Path complete = target.resolve(COMPLETE);
        return Files.exists(complete) && Files.readString(complete).equals(Long.toString(count(target)));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.count();
        }
    }

    private static void unpack(Path target) throws IOException {
        String machine = System.getProperty("os.arch");
        try (InputStream packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine);
                InputStream unpacked = new XZInputStream(new BufferedInputStream(packed));
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, target.resolve(entry.getName()).normalize());
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, file);
            if (POSIX) {
                Files.setPosixFilePermissions(file,
                        PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("windows") ? "Windows" : name.startsWith("mac") ? "Darwin" : "Linux";
    }

    /** Another process may have been faster: then its folder is as good. */
    private static void move(Path fresh, Path target) throws IOException {
        if (Files.exists(target) && !complete(target)) {
            DataFolder.delete(target);
        }
        try {
            Files.move(fresh, target);
        } catch (IOException e) {
            if (!complete(target)) {
                throw e;
            }
        }
    }
}
