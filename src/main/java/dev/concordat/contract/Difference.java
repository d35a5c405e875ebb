package dev.concordat.contract;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One thing in which two contracts differ.
 *
 * @param code     stable name of the kind of difference, such as {@code required-added}
 * @param path     where it stands, such as {@code schema[customer].properties[email].required}
 * @param line     in the newer file, from 1; of what surrounds it where it is gone
 * @param column   as above
 * @param before   in short; {@code none} where it was not there
 * @param after    as above
 * @param producer who sends what it is about; none where it is about both sides
 * @param meaning  what it means and for whom, in a sentence
 */
public record Difference(
        String code, String path, int line, int column, String before, String after, Set<Verdict> verdicts, Optional<Owner> producer,
        String meaning) {
    public Difference {
        verdicts = Collections.unmodifiableSet(EnumSet.copyOf(verdicts));
    }

    /** Whether it takes a new major version. */
    public boolean breaks() {
        return verdicts.stream().anyMatch(Verdict::isBreak);
    }

    /** Whether it is in words for people alone. */
    public boolean isText() {
        return verdicts.equals(Set.of(Verdict.TEXT));
    }

    /** The path as people say it, such as {@code customer.email.required}. */
    public String where() {
        return path.replaceAll("^schema\\[([^]]*)]", "$1").replaceAll("\\.properties\\[([^]]*)]", ".$1")
                .replaceAll("\\.customProperties\\[([^]]*)](\\.value)?", ".$1").replace(".logicalTypeOptions", "")
                .replaceAll("\\.quality\\[[^]]*]\\.arguments", "").replaceAll("\\.quality\\[([^]]*)]", ".$1");
    }

    /** The code as people say it, such as {@code required added}. */
    public String what() {
        return code.replace('-', ' ').toLowerCase(Locale.ROOT);
    }
}
