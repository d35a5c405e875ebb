package dev.concordat.sample;

/** How a change leaves the CRM; one customer keeps one channel. */
public enum Channel {
    WEBHOOK,
    KAFKA
}
