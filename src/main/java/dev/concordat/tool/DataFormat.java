package dev.concordat.tool;

/** How a file of data is written; the value of option {@code --as}. */
public enum DataFormat {
    /** One document of the entity on each line. */
    NDJSON,
    /** One document of the entity, several one after the other, or an array of them. */
    JSON,
    /** One entity on each row; the first row names the fields, those inside an object with a dot. */
    CSV,
    /** Changes as the bridge takes them, structured CloudEvents 1.0, as lines or as JSON. */
    CLOUDEVENTS,
    /** Change events of Salesforce, as lines or as JSON. */
    SALESFORCE,
    /** Change events of Debezium with or without their schema, as lines or as JSON. */
    DEBEZIUM;

    /** Whether each record is an entity, not an event about one. */
    boolean ofDocuments() {
        return this == NDJSON || this == JSON || this == CSV;
    }
}
