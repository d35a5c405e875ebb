package dev.concordat.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the CRM answers.
 *
 * @param etag       null for none
 * @param retryAfter seconds, 0 for none
 * @param body       null for none
 * @param word       what it is counted as beside the method
 */
record Answer(int status, String etag, int retryAfter, ObjectNode body, String word) {
    static Answer document(long version, ObjectNode document) {
        return new Answer(200, etag(version), 0, document, "200");
    }

    static Answer repeated(long version, ObjectNode document) {
        return new Answer(200, etag(version), 0, document, "repeated");
    }

    static Answer page(ObjectNode page) {
        return new Answer(200, null, 0, page, "200");
    }

    static Answer notModified(long version) {
        return new Answer(304, etag(version), 0, null, "304");
    }

    static Answer refused(int status, String error) {
        return new Answer(status, null, 0, Event.JSON.createObjectNode().put("error", error), Integer.toString(status));
    }

    static Answer later(int status, int seconds, String error) {
        return new Answer(status, null, seconds, Event.JSON.createObjectNode().put("error", error),
                Integer.toString(status));
    }

    static String etag(long version) {
        return "W/\"" + version + "\"";
    }
}
