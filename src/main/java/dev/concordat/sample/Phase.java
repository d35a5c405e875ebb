package dev.concordat.sample;

/**
 * A part of the traffic that may start once the ledgers have taken in the phase before and its postings are booked.
 *
 * @param emissions made while they are iterated, so that a long plan needs little memory; not for two threads
 */
public record Phase(String name, Iterable<Emission> emissions) {
}
