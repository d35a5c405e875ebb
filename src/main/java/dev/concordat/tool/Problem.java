package dev.concordat.tool;

/**
 * One thing that is not as it should be.
 *
 * @param file    as the user named it
 * @param line    from 1; 0 where the problem has no place in the file
 * @param column  from 1; 0 as above
 * @param code    stable name of the kind of problem, such as {@code duplicate-key}
 * @param message what is wrong and what would be right, in one sentence; no value of a classified field
 */
public record Problem(Level level, String file, int line, int column, String code, String message) {
    /** How bad it is. */
    public enum Level {
        ERROR, WARNING, NOTICE
    }

    /** {@code file:line:column}, as far as known; terminals and editors make it a link. */
    public String place() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
