package dev.concordat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;

/** Named pipes. Whoever opens one waits until somebody writes into it. */
final class Pipe {
    private Pipe() {
    }

    /** One into which nobody writes. */
    static Path empty(Path pipe) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    /** One that gives a text once, as a shell's {@code <(...)}. */
    static Path of(Path pipe, String text) throws Exception {
        empty(pipe);
        CompletableFuture.runAsync(() -> {
            try {
                Files.writeString(pipe, text, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return pipe;
    }
}
