package dev.concordat.contract;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Version of a contract, as semver.org has it, without pre-releases: what is in force is released. */
public record Version(int major, int minor, int patch) implements Comparable<Version> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})\\.([0-9]{1,9})\\.([0-9]{1,9})");
    private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::major).thenComparingInt(Version::minor)
            .thenComparingInt(Version::patch);

    /** The version that a text such as {@code 1.0.0} names; empty where it names none. */
    public static Optional<Version> of(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches() ? Optional.of(new Version(number(parts, 1), number(parts, 2), number(parts, 3))) : Optional.empty();
    }

    /** What to write in place of a text that names no version; with what is missing, if there is a beginning of one. */
    static String instead(String text) {
        String beginning = text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") ? text : "1.0";
        return "write major.minor.patch, such as " + beginning + (beginning.contains(".") ? ".0" : ".0.0");
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
