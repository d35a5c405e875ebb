package dev.concordat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;

/**
 * Tells which file of a folder, or of one of the folders that were in it at the start, was written, as soon as nobody writes it any more: half of
 * a file of routes may be one by itself.
 */
final class RouteWatch extends FileWatcherResourceReloadStrategy {
    private static final int POLL_MILLIS = 500;
    private static final int QUIET_MILLIS = 200;
    private static final int LONGEST_LOOKS = 50;

    RouteWatch(Path folder, Predicate<Path> which, Consumer<Path> written) {
        super(folder.toString(), true);
        setPollTimeout(POLL_MILLIS);
        setFileFilter(file -> which.test(file.toPath()));
        setResourceReload((name, resource) -> {
            Path file = Path.of(resource.getURI()).toAbsolutePath().normalize();
            awaitQuiet(file);
            written.accept(file);
        });
    }

    private static void awaitQuiet(Path file) throws InterruptedException {
        State before = State.of(file);
        for (int look = 0; look < LONGEST_LOOKS; look++) {
            Thread.sleep(QUIET_MILLIS);
            State now = State.of(file);
            if (now.equals(before)) {
                return;
            }
            before = now;
        }
    }

    /** What differs where a file was written meanwhile. */
    private record State(FileTime written, long size) {
        static State of(Path file) {
            try {
                return new State(Files.getLastModifiedTime(file), Files.size(file));
            } catch (IOException e) {
                return new State(FileTime.fromMillis(0), -1);
            }
        }
    }
}
