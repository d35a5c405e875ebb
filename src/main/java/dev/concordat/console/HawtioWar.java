package dev.concordat.console;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Server;

/** Finds Hawtio's war: a class path takes jars only, so it lies beside them as a file. */
final class HawtioWar {
    private static final String PATTERN = "hawtio-war-*.war";

    private HawtioWar() {
    }

    static Path find() {
        Set<Path> folders = new LinkedHashSet<>();
        folders.add(folderOf(HawtioWar.class).resolve("lib"));
        folders.add(folderOf(HawtioWar.class));
        folders.add(folderOf(Server.class));
        return folders.stream().flatMap(folder -> in(folder).stream()).findFirst()
                .orElseThrow(() -> new BridgeException("the console's " + PATTERN + " is in none of " + folders
                        + "; put it there or switch the console off"));
    }

    private static Path folderOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> wars = Files.newDirectoryStream(folder, PATTERN)) {
            Iterator<Path> found = wars.iterator();
            return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
