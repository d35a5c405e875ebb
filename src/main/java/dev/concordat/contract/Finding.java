package dev.concordat.contract;

import java.nio.file.Path;

/**
 * What is wrong in a contract, where, and what would be right.
 *
 * @param level how bad it is under the profile that was asked for
 * @param path  from the root of the file, such as {@code schema[customer].properties[id]}
 */
public record Finding(
        Path file, int line, int column, String path, FindingCode code, Level level, String wrong, String right) {
    private static final int LONGEST = 500;

    /** An error keeps the contract from being used. */
    public enum Level {
        ERROR, WARNING
    }

    public Finding {
        path = plain(path);
        wrong = plain(wrong);
        right = plain(right);
    }

    /** One for the whole file. */
    static Finding ofFile(Path file, FindingCode code, String wrong, String right) {
        return new Finding(file, 1, 1, "", code, Level.ERROR, wrong, right);
    }

    boolean isError() {
        return level == Level.ERROR;
    }

    /** How bad it is under a profile; what the reader itself made a warning stays one. */
    Level level(Profile profile) {
        return isError() ? code.level(profile).orElse(level) : level;
    }

    Finding with(Level other) {
        return new Finding(file, line, column, path, code, other, wrong, right);
    }

    Finding in(Path other) {
        return new Finding(other, line, column, path, code, level, wrong, right);
    }

    /** In one sentence, without its place. */
    public String sentence() {
        return (path.isEmpty() ? "" : path + ": ") + wrong + "; " + right;
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + " " + code.word() + (path.isEmpty() ? ": " : " ") + sentence();
    }

    /** On one line, and of a length that a person reads. */
    private static String plain(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
