package dev.concordat.audit;

/**
 * What a change concerns, such as {@code customer/C-1}.
 *
 * @param entity its name; empty, which is none that is audited, where somebody else wrote a subject without one
 */
record Subject(String entity, String id) {
    static Subject of(String text) {
        int slash = text.indexOf('/');
        return new Subject(slash < 0 ? "" : text.substring(0, slash), text.substring(slash + 1));
    }
}
