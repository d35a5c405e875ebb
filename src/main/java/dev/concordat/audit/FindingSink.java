package dev.concordat.audit;

/** Takes what is wrong. */
interface FindingSink {
    /** @param besides ends the sentence with what else is known, which may change while the same is wrong; empty for nothing */
    void add(FindingKind kind, String region, String entity, String id, String sentence, String besides);

    default void add(FindingKind kind, String region, String entity, String id, String sentence) {
        add(kind, region, entity, id, sentence, "");
    }
}
