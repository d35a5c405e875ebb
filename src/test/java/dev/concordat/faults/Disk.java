package dev.concordat.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The quarantine broker's disk: where this process may mount one, a small file system of its own that can be filled up. */
final class Disk implements AutoCloseable {
    private static final int MIB = 64;

    private final Path folder;
    private final boolean mounted;

    Disk(Path folder) {
        this.folder = folder;
        this.mounted = run("mount", "-t", "tmpfs", "-o", "size=" + MIB + "m", "tmpfs", folder.toString());
    }

    Path folder() {
        return folder;
    }

    boolean canBeFilled() {
        return mounted;
    }

    /** Leaves not one byte of room. */
    void fill() throws IOException {
        byte[] block = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(folder.resolve("ballast"))) {
            for (long i = 0; i <= (long) MIB * 256; i++) {
                out.write(block);
            }
            throw new IllegalStateException("the disk '" + folder + "' takes more than it should hold");
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("space")) {
                throw e;
            }
        }
    }

    void free() {
        try {
            Files.deleteIfExists(folder.resolve("ballast"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        if (mounted) {
            run("umount", folder.toString());
        }
    }
}
