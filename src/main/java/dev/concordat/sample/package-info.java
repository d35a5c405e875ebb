/**
 * Stand-ins for the systems on both sides, for the demo and the tests: a CRM, the traffic it sends, a teller who books,
 * and the state that both sides must reach.
 *
 * <p>Nothing here uses the bridge's own classes, so what is expected is computed independently of it.
 */
package dev.concordat.sample;
