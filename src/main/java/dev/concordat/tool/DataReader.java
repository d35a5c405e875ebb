package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.concordat.BridgeException;
import dev.concordat.tool.DataRecord.Fault;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads files of data record by record; of a file, it holds no more than one record at a time. */
final class DataReader {
    /** Longest record that is held, in bytes; many times what a change may have. */
    private static final int LONGEST = 8 << 20;
    private static final int LOOKED_AT = 1 << 16;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};

    private final DataFormat as;
    private final InputStream standardInput;
    private final LongConsumer bytesRead;
    private final JsonFactory json = new JsonFactory();

    /**
     * @param as            null to find the format by content
     * @param standardInput what {@code -} reads
     * @param bytesRead     told how many bytes each read took
     */
    DataReader(DataFormat as, InputStream standardInput, LongConsumer bytesRead) {
        this.as = as;
        this.standardInput = standardInput;
        this.bytesRead = bytesRead;
    }

    /** @throws BridgeException where the file cannot be read */
    void read(String data, Consumer<DataRecord> each) {
        // Other streams of a file ask for its position, which a pipe does not have.
        try (InputStream file = data.equals("-") ? standardInput : new FileInputStream(data);
                InputStream in = unpacked(new BufferedInputStream(new Counted(file, bytesRead), LOOKED_AT))) {
            in.mark(LOOKED_AT);
            var opening = new Opening(in.readNBytes(LOOKED_AT));
            in.reset();
            in.skipNBytes(opening.mark());
            String name = spoken(data);
            switch (as == null || !as.ofDocuments() ? opening.container() : as) {
                case CSV -> new CsvRows(name, opening.separator(), each).read(in);
                case JSON -> documents(name, in, each);
                default -> lines(name, in, each);
            }
        } catch (ZipException | EOFException e) {
            throw new BridgeException("[" + data + "] is packed by gzip, and damaged or cut off: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BridgeException("[" + data + "] cannot be read; name a readable file, or - for standard input", e);
        }
    }

    /** As it is, or what gzip (RFC 1952) has packed. */
    private static InputStream unpacked(BufferedInputStream in) throws IOException {
        in.mark(GZIP.length);
        boolean packed = Arrays.equals(in.readNBytes(GZIP.length), GZIP);
        in.reset();
        return packed ? new BufferedInputStream(new GZIPInputStream(in, LOOKED_AT), LOOKED_AT) : in;
    }

    /** What data are called in reports. */
    static String spoken(String data) {
        return data.equals("-") ? "standard input" : data;
    }

    private static void lines(String name, InputStream in, Consumer<DataRecord> each) throws IOException {
        var line = new Capped(LONGEST);
        byte[] buffer = new byte[LOOKED_AT];
        int number = 1;
        long records = 0;
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, from, i - from);
                    records += line(name, number++, records + 1, line, each);
                    from = i + 1;
                }
            }
            line.write(buffer, from, length - from);
        }
        line(name, number, records + 1, line, each);
    }

    private static int line(String name, int number, long record, Capped line, Consumer<DataRecord> each) {
        byte[] bytes = line.toByteArray();
        boolean overflowed = line.overflowed();
        line.reset();
        int blank = 0;
        while (blank < bytes.length && (bytes[blank] == ' ' || bytes[blank] == '\t' || bytes[blank] == '\r')) {
            blank++;
        }
        if (blank == bytes.length) {
            return 0;
        }
        each.accept(found(name, number, 1, record, bytes, overflowed));
        return 1;
    }

    private void documents(String name, InputStream in, Consumer<DataRecord> each) throws IOException {
        long records = 0;
        try (JsonParser parser = json.createParser(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (depth == 0 && token == JsonToken.START_ARRAY) {
                    depth = 1;
                } else if (token == JsonToken.END_ARRAY) {
                    depth = 0;
                } else {
                    each.accept(document(name, ++records, parser));
                }
            }
        } catch (JsonProcessingException e) {
            broken(name, e.getLocation() == null ? JsonLocation.NA : e.getLocation(), records + 1, each);
        } catch (CharacterCodingException e) {
            broken(name, JsonLocation.NA, records + 1, each);
        }
    }

    private static void broken(String name, JsonLocation at, long number, Consumer<DataRecord> each) {
        each.accept(new DataRecord(name, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), number, null, null, new Fault("not-json",
                "The data should be JSON in UTF-8; from here on it is not, and what follows was not read")));
    }

    /** The element as it is written, blanks aside: also names that are there twice, and numbers with all their digits. */
    private DataRecord document(String name, long number, JsonParser parser) throws IOException {
        JsonLocation at = parser.currentTokenLocation();
        var bytes = new Capped(LONGEST);
        try (JsonGenerator copy = json.createGenerator(bytes)) {
            copy.copyCurrentStructureExact(parser);
        }
        return found(name, at.getLineNr(), at.getColumnNr(), number, bytes.toByteArray(), bytes.overflowed());
    }

    private static DataRecord found(String name, int line, int column, long number, byte[] bytes, boolean overflowed) {
        return overflowed ? new DataRecord(name, line, column, number, null, null, new Fault("document-size",
                "The change should be smaller; it has more than " + LONGEST + " bytes"))
                : new DataRecord(name, line, column, number, bytes, null, null);
    }

    /** Tells how much was read, for whoever waits. */
    private static final class Counted extends FilterInputStream {
        private final LongConsumer bytesRead;

        Counted(InputStream in, LongConsumer bytesRead) {
            super(in);
            this.bytesRead = bytesRead;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            bytesRead.accept(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            bytesRead.accept(Math.max(0, read));
            return read;
        }
    }
}
