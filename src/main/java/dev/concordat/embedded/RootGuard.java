package dev.concordat.embedded;

import java.util.List;

/** PostgreSQL refuses to run as root; in a user namespace of its own it sees another user while the files stay root's. */
final class RootGuard {
    private static final List<String> PREFIX = "root".equals(System.getProperty("user.name"))
            ? List.of("unshare", "--user") : List.of();

    private RootGuard() {
    }

    static List<String> prefix() {
        return PREFIX;
    }
}
