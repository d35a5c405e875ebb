package dev.concordat.sample;

/**
 * One booking that the teller makes.
 *
 * @param reference booked once, however often it is tried
 * @param amount    in minor units
 */
public record Posting(String reference, String region, String account, long amount) {
}
