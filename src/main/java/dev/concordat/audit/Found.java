package dev.concordat.audit;

/** Takes what is wrong. */
interface Found {
    void add(FindingKind kind, String region, String entity, String id, String sentence);
}
