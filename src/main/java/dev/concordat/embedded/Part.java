package dev.concordat.embedded;

/** A server that can run embedded. */
public enum Part {
    POSTGRES,
    KAFKA,
    ACTIVEMQ
}
