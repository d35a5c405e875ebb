package dev.concordat.ledger;

import java.util.Arrays;

/** One judged change as admit wrote it for a lane; {@code changeAt} tells where the change's own bytes begin. */
record LaneRecord(String subject, byte[] bytes, int changeAt) {
    String entity() {
        return subject.substring(0, subject.indexOf('/'));
    }

    /** The change as it came. */
    byte[] change() {
        return Arrays.copyOfRange(bytes, changeAt, bytes.length - 1);
    }

    /** What admit found, as JSON without the change. */
    String verdict() {
        return new String(bytes, 0, changeAt, java.nio.charset.StandardCharsets.UTF_8)
                .replaceFirst(",\"change\":$", "}");
    }
}
