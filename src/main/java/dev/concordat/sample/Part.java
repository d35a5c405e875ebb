package dev.concordat.sample;

/**
 * What the plan gives to one customer's story.
 *
 * @param number     the customer's number in the plan
 * @param start      slot in which the story begins
 * @param breach     the breach that the story hosts, or null
 * @param duplicates how many of its changes are sent twice
 * @param limit      at most so many acts, so that the plan's total comes out exactly
 */
record Part(int number, long start, Kind breach, Late late, int duplicates, int limit) {
}
