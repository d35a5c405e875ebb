/** The servers that the bridge brings along where no address is configured: PostgreSQL, Kafka and ActiveMQ. */
package dev.concordat.embedded;
