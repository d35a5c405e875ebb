/**
 * The data contract: read from ODCS files, found sound or refused, and compiled into what judges each change.
 */
package dev.concordat.contract;
