package dev.concordat.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One record of a file of data.
 *
 * @param file   as the user named it
 * @param line   where it begins, from 1
 * @param column where on its line, from 1
 * @param number which of the file's records it is, from 1
 * @param json   its bytes; null for a row and where it could not be read
 * @param row    a row's fields, all of them texts; null for what was JSON
 * @param fault  why it could not be read, in one sentence; null where it could
 */
record DataRecord(String file, int line, int column, long number, byte[] json, ObjectNode row, Fault fault) {
    /** {@code file:line}, and the column where others may stand before it on the line. */
    String place() {
        return place(file, line, column);
    }

    static String place(String file, int line, int column) {
        return file + ":" + line + (column == 1 ? "" : ":" + column);
    }

    /** Why a record cannot even be shown to the reader of changes. */
    record Fault(String rule, String sentence) {
    }
}
