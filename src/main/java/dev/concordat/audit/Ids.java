package dev.concordat.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concordat.BridgeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers ids in the order of their arrival and keeps them as bytes: about 60 bytes for a UUID, so that millions fit
 * beside a running bridge.
 */
final class Ids {
    private static final int CHUNK_BITS = 20;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int LONGEST = 1000;

    private final List<byte[]> chunks = new ArrayList<>();
    private int used = CHUNK;
    private int[] starts = new int[1024];
    private int[] table = new int[4096];
    private int size;

    /** The id's number, a new one if it was not seen before. */
    int add(String id) {
        byte[] bytes = id.getBytes(UTF_8);
        int cell = cell(bytes);
        if (table[cell] == 0) {
            store(bytes);
            table[cell] = size;
            if (size * 2 > table.length) {
                widen();
            }
            return size - 1;
        }
        return table[cell] - 1;
    }

    /** The id's number, or -1. */
    int find(String id) {
        return table[cell(id.getBytes(UTF_8))] - 1;
    }

    String text(int number) {
        byte[] chunk = chunk(number);
        int at = offset(number);
        return new String(chunk, at + 2, length(chunk, at), UTF_8);
    }

    int size() {
        return size;
    }

    private void store(byte[] bytes) {
        if (bytes.length > LONGEST) {
            throw new BridgeException("An id has " + bytes.length + " bytes, " + LONGEST + " are allowed.");
        }
        if (used + bytes.length + 2 > CHUNK) {
            chunks.add(new byte[CHUNK]);
            used = 0;
        }
        byte[] chunk = chunks.get(chunks.size() - 1);
        chunk[used] = (byte) (bytes.length >> 8);
        chunk[used + 1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, chunk, used + 2, bytes.length);
        starts = size < starts.length ? starts : Arrays.copyOf(starts, size + (size >> 1));
        starts[size++] = ((chunks.size() - 1) << CHUNK_BITS) | used;
        used += bytes.length + 2;
    }

    /** The cell that holds the id, or the empty one where it belongs. */
    private int cell(byte[] bytes) {
        int hash = Arrays.hashCode(bytes) * 0x9E3779B9;
        int cell = (hash ^ (hash >>> 15)) & (table.length - 1);
        while (table[cell] != 0 && !holds(table[cell] - 1, bytes)) {
            cell = (cell + 1) & (table.length - 1);
        }
        return cell;
    }

    private boolean holds(int number, byte[] bytes) {
        byte[] chunk = chunk(number);
        int at = offset(number);
        int length = length(chunk, at);
        return Arrays.equals(chunk, at + 2, at + 2 + length, bytes, 0, bytes.length);
    }

    private void widen() {
        table = new int[table.length * 2];
        for (int number = 0; number < size; number++) {
            byte[] chunk = chunk(number);
            int at = offset(number);
            table[cell(Arrays.copyOfRange(chunk, at + 2, at + 2 + length(chunk, at)))] = number + 1;
        }
    }

    private byte[] chunk(int number) {
        return chunks.get(starts[number] >>> CHUNK_BITS);
    }

    private int offset(int number) {
        return starts[number] & (CHUNK - 1);
    }

    private static int length(byte[] chunk, int at) {
        return (chunk[at] & 0xFF) << 8 | chunk[at + 1] & 0xFF;
    }
}
