package dev.concordat.contract;

import java.nio.file.Path;

/** What is wrong in a contract, where, and what would be right. */
public record Finding(Path file, int line, int column, String path, String wrong, String right) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + (path.isEmpty() ? "" : " " + path) + ": " + wrong + "; " + right;
    }
}
