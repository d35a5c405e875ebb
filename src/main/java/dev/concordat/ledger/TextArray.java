package dev.concordat.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * An array of texts in the form in which PostgreSQL receives it. The driver's own writer begins with 1 kB for any array, doubles it until all has
 * found room, and takes a lock for each length and each text.
 */
final class TextArray {
    private static final int DIMENSIONS = 1;
    private static final int FIRST_PLACE = 1;
    private static final int NULL = -1;

    private TextArray() {
    }

    /** What a statement's parameter is set to instead of the texts; the texts themselves where the connection sends no binary values. */
    static Object of(String[] texts, BaseConnection connection) throws SQLException {
        return connection.getPreferQueryMode() == PreferQueryMode.SIMPLE ? texts : new PgArray(connection, Oid.VARCHAR_ARRAY, binary(texts));
    }

    private static byte[] binary(String[] texts) {
        var encoded = new byte[texts.length][];
        int size = (5 + texts.length) * Integer.BYTES;
        boolean nulls = false;
        for (int i = 0; i < texts.length; i++) {
            if (texts[i] == null) {
                nulls = true;
            } else {
                // Many a column has one text all the way, as that of the contract.
                encoded[i] = i > 0 && texts[i] == texts[i - 1] ? encoded[i - 1] : texts[i].getBytes(UTF_8);
                size += encoded[i].length;
            }
        }
        var binary = ByteBuffer.allocate(size).putInt(DIMENSIONS).putInt(nulls ? 1 : 0).putInt(Oid.VARCHAR).putInt(texts.length).putInt(FIRST_PLACE);
        for (byte[] text : encoded) {
            if (text == null) {
                binary.putInt(NULL);
            } else {
                binary.putInt(text.length).put(text);
            }
        }
        return binary.array();
    }
}
