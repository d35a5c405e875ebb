package dev.concordat.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.concordat.BridgeException;
import dev.concordat.tool.DataRecord.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The rows of a file of comma-separated values (RFC 4180); an empty cell is a field that is absent.
 *
 * <p>The file is taken apart byte by byte, each cell then read as UTF-8: a cell that is not spoils its own row alone.
 */
final class CsvRows {
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY).enable(CsvParser.Feature.SKIP_EMPTY_LINES).build();

    /** What no field is called: an address, a number or telephone number, a date, an IBAN, a truth value. */
    private static final Pattern VALUE = Pattern.compile(
            ".*@.*|[-+.,:/() ]*[0-9][-+.,:/() 0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[A-Z]{2}[0-9]{2}[A-Z0-9 ]{8,}|true|false");

    private final String name;
    private final char separator;
    private final Consumer<DataRecord> each;
    private String[] header;
    private long records;

    CsvRows(String name, char separator, Consumer<DataRecord> each) {
        this.name = name;
        this.separator = separator;
        this.each = each;
    }

    void read(InputStream in) throws IOException {
        var bytes = new InputStreamReader(in, StandardCharsets.ISO_8859_1);
        try (MappingIterator<String[]> rows = CSV.readerFor(String[].class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator)).readValues(bytes)) {
            int line = 1;
            try {
                while (rows.hasNextValue()) {
                    line = rows.getParser().currentLocation().getLineNr();
                    row(rows.nextValue(), line);
                }
            } catch (JsonProcessingException | RuntimeJsonMappingException e) {
                fault(line, "not-csv", "The data should be comma-separated values; from here on it is not, and what follows was not read");
            }
        }
    }

    private void row(String[] cells, int line) {
        try {
            if (header == null) {
                header = header(cells);
            } else if (cells.length > header.length) {
                fault(line, "row-length", "The row should have at most " + header.length + " cells, as the first row; it has "
                        + cells.length);
            } else {
                each.accept(new DataRecord(name, line, 1, ++records, null, fields(cells), null));
            }
        } catch (CharacterCodingException e) {
            fault(line, "not-utf8", "The row should be text in UTF-8");
        }
    }

    private void fault(int line, String rule, String sentence) {
        each.accept(new DataRecord(name, line, 1, ++records, null, null, new Fault(rule, sentence)));
    }

    private String[] header(String[] cells) throws CharacterCodingException {
        String[] names = new String[cells.length];
        Set<String> once = new HashSet<>();
        for (int i = 0; i < cells.length; i++) {
            names[i] = utf8(cells[i]).strip();
            if (names[i].isEmpty() || !once.add(names[i])) {
                throw new BridgeException("[" + name + "] column " + (i + 1) + (names[i].isEmpty() ? " has no name" : " has a name that is "
                        + "there twice") + "; the first row should name each field once");
            }
            if (VALUE.matcher(names[i]).matches()) {
                throw new BridgeException("[" + name + "] column " + (i + 1) + " has a value where its name should be; the first row should name "
                        + "each field");
            }
        }
        return names;
    }

    private ObjectNode fields(String[] cells) throws CharacterCodingException {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < cells.length; i++) {
            if (!cells[i].isEmpty()) {
                ObjectNode object = fields;
                String[] path = header[i].split("\\.", -1);
                for (int step = 0; step < path.length - 1; step++) {
                    object = object.get(path[step]) instanceof ObjectNode inner ? inner : object.putObject(path[step]);
                }
                object.put(path[path.length - 1], utf8(cells[i]));
            }
        }
        return fields;
    }

    private static String utf8(String bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))).toString();
    }
}
