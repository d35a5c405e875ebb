package dev.concordat.tool;

import java.io.ByteArrayOutputStream;

/** Keeps the first bytes written to it, and counts the others. */
final class Capped extends ByteArrayOutputStream {
    private final int most;
    private long written;

    Capped(int most) {
        this.most = most;
    }

    @Override
    public void write(int b) {
        if (written++ < most) {
            super.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        int room = (int) Math.max(0, Math.min(length, most - written));
        super.write(bytes, from, room);
        written += length;
    }

    @Override
    public void reset() {
        super.reset();
        written = 0;
    }

    boolean overflowed() {
        return written > most;
    }
}
