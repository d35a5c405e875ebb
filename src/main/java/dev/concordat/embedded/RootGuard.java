package dev.concordat.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs PostgreSQL's programs for root, which they refuse to run as.
 *
 * <p>In a user namespace of its own a program sees another user while the files stay root's. Where that is forbidden,
 * as in many containers, the programs and PostgreSQL's folder go to the user nobody.
 */
final class RootGuard {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final List<String> NAMESPACE = List.of("unshare", "--user");
    private static final List<String> NOBODY = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    private static final List<String> PREFIX = !ROOT ? List.of() : works(NAMESPACE) ? NAMESPACE : NOBODY;

    private RootGuard() {
    }

    private static boolean works(List<String> prefix) {
        try {
            return new ProcessBuilder(Stream.concat(prefix.stream(), Stream.of("true")).toList())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What goes before a program on its command line. */
    static List<String> prefix() {
        return PREFIX;
    }

    /** Gives a folder to the user that the programs run as. */
    static void handOver(Path folder) {
        if (!ROOT) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            UserPrincipal user = folder.getFileSystem().getUserPrincipalLookupService()
                    .lookupPrincipalByName(PREFIX.equals(NOBODY) ? "65534" : "0");
            for (Path each : all.filter(path -> !ownedBy(user, path)).toList()) {
                Files.setOwner(each, user);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ownedBy(UserPrincipal user, Path path) {
        try {
            return Files.getOwner(path).equals(user);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
