/** The contract as a tool: what CRM and ledger teams do with it in their own repositories and pipelines. */
package dev.concordat.tool;
