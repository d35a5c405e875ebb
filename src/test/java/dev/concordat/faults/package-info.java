/**
 * Rounds of traffic and faults from a seed, and a checker that owes nothing to the bridge: it reads what the servers hold and
 * compares it with what was sent. Of the bridge's own classes it uses none but the embedded servers and the sample's.
 */
package dev.concordat.faults;
