package dev.concordat.tool;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells who waits at a terminal how far a long reading is; says nothing elsewhere. */
final class Progress {
    private static final long AFTER = TimeUnit.SECONDS.toNanos(3);
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    private final PrintWriter terminal;
    private final long begun = System.nanoTime();
    private long told;
    private long records;
    private long bytes;

    /** @param terminal null where there is none */
    Progress(PrintWriter terminal) {
        this.terminal = terminal;
    }

    void read(long more) {
        bytes += more;
    }

    void judged() {
        records++;
        if (terminal == null || (records & 0xff) != 0) {
            return;
        }
        long waited = System.nanoTime() - begun;
        if (waited > AFTER && waited - told > EVERY) {
            told = waited;
            terminal.print(String.format(Locale.ROOT, "\r%,d records, %,d MB", records, bytes >> 20));
            terminal.flush();
        }
    }

    /** Takes the line away again. */
    void done() {
        if (told > 0) {
            terminal.print("\r" + " ".repeat(60) + "\r");
            terminal.flush();
        }
    }
}
