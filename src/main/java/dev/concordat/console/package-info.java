/** The console: Hawtio, where an operator sees routes and brokers and works the quarantine. */
package dev.concordat.console;
