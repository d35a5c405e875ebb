package dev.concordat.ledger;

import java.io.FileNotFoundException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.postgresql.util.PSQLException;

/** Whether TLS fails for a certificate or a key, which looks like a server that is away and is not over by waiting. */
public final class Certificates {
    /** Where PostgreSQL's driver tells of another server's name, and of a file with authorities that is not there, as of a connection that is lost. */
    private static final Set<String> OF_TRUST = Set.of("org.postgresql.ssl.MakeSSL", "org.postgresql.ssl.LibPQFactory");
    /** Where it tells of the key that the bridge shows the server. */
    private static final Pattern OF_OWN_KEY = Pattern.compile("org\\.postgresql\\.ssl\\.\\w*KeyManager");

    private static final String REMEDY = "the server's certificate should be valid, name the host and be signed by an authority ";
    /** What a server should show instead that is trusted by what Java trusts. */
    public static final String BY_JAVA = REMEDY + "that Java trusts";

    private enum Kind {
        UNTRUSTED("certificate not trusted", REMEDY + "of `sslrootcert` in the address"),
        OWN_KEY("own key not usable", "`sslkey`, `sslcert` and `sslpassword` in the address should be a key that can be read");

        private final String words;
        private final String remedy;

        Kind(String words, String remedy) {
            this.words = words;
            this.remedy = remedy;
        }
    }

    private Certificates() {
    }

    /**
     * What stands against a server's certificate, a file that it is checked with, or the bridge's own key, by its kind and never with a value; empty where the
     * failure is another.
     */
    public static Optional<String> objection(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String by = last instanceof PSQLException ? "" : " (" + last.getClass().getSimpleName() + ")";
        return kind(failure).map(kind -> kind.words + by);
    }

    /** What a database's address should say, or its server show, instead. */
    static Optional<String> remedy(Throwable failure) {
        return kind(failure).map(kind -> kind.remedy);
    }

    private static Optional<Kind> kind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String place = cause instanceof PSQLException && cause.getStackTrace().length > 0 ? cause.getStackTrace()[0].getClassName() : "";
            if (OF_OWN_KEY.matcher(place).lookingAt()) {
                return Optional.of(Kind.OWN_KEY);
            }
            // The third comes of a file that holds no authority.
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException || cause instanceof InvalidAlgorithmParameterException
                    || OF_TRUST.contains(place) && (cause.getCause() == null || cause.getCause() instanceof FileNotFoundException)) {
                return Optional.of(Kind.UNTRUSTED);
            }
        }
        return Optional.empty();
    }
}
