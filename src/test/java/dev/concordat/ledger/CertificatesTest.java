package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.concordat.TlsServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.security.auth.login.LoginException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class CertificatesTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        TlsServer.key(folder.resolve("right"), "ip:127.0.0.1");
        TlsServer.key(folder.resolve("elsewhere"), "ip:192.0.2.1");
        Files.createFile(folder.resolve("empty.pem"));
        Files.writeString(folder.resolve("garbled.pk8"), "none");
        Files.writeString(folder.resolve("garbled.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }

    private static SQLException refused(int port, String trusted) {
        return refused(port, trusted, "");
    }

    private static SQLException refused(int port, String trusted, String further) {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/eu?sslmode=verify-full&sslrootcert=" + folder.resolve(trusted + ".pem") + further;
        return catchThrowableOfType(SQLException.class, () -> DriverManager.getConnection(url).close());
    }

    @ParameterizedTest
    @CsvSource({"right, elsewhere, certificate not trusted (SunCertPathBuilderException)", "elsewhere, elsewhere, certificate not trusted",
        "right, missing, certificate not trusted (FileNotFoundException)", "right, garbled, certificate not trusted (IOException)",
        "right, empty, certificate not trusted (InvalidAlgorithmParameterException)"})
    void aLedgerThatIsNotTrustedIsNotAwayAndIsToldOfWithoutAValue(String server, String trusted, String words) throws Exception {
        try (var ledger = new TlsServer(folder.resolve(server), true)) {
            var failure = refused(ledger.port(), trusted);
            assertThat(Ledgers.unreachable(failure)).isTrue();
            assertThat(Ledgers.away(failure)).isFalse();
            assertThat(Certificates.objection(failure)).hasValue(words);
            assertThat(Ledgers.refused(Address.ledger("eu", "jdbc:postgresql:eu"), failure))
                    .hasMessageEndingWith("; the server's certificate should be valid, name the host and be signed by an authority of `sslrootcert` in the address");
        }
    }

    @ParameterizedTest
    @CsvSource({"&sslcert={}/missing.pem&sslkey={}/missing.pk8, own key not usable (FileNotFoundException)",
        "&sslcert={}/right.pem&sslkey={}/garbled.pk8, own key not usable"})
    void aKeyOfTheBridgeThatCannotBeReadIsNotTheServersCertificate(String further, String words) throws Exception {
        try (var ledger = new TlsServer(folder.resolve("right"), true)) {
            var failure = refused(ledger.port(), "right", further.replace("{}", folder.toString()));
            assertThat(Ledgers.away(failure)).isFalse();
            assertThat(Certificates.objection(failure)).hasValueSatisfying(said -> assertThat(said).startsWith(words));
            assertThat(Ledgers.refused(Address.ledger("eu", "jdbc:postgresql:eu"), failure))
                    .hasMessageEndingWith("; `sslkey`, `sslcert` and `sslpassword` in the address should be a key that can be read");
        }
    }

    @Test
    void aKerberosThatDoesNotAnswerIsAway() {
        var failure = new PSQLException("GSS Authentication failed", PSQLState.CONNECTION_FAILURE,
                (Exception) new LoginException("secret").initCause(new SocketTimeoutException("secret")));
        assertThat(Ledgers.away(failure)).isTrue();
    }

    @Test
    void aLedgerThatIsTrustedAndHangsUpIsAway() throws Exception {
        try (var ledger = new TlsServer(folder.resolve("right"), true)) {
            assertThat(Ledgers.away(refused(ledger.port(), "right"))).isTrue();
        }
        int closed;
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = nobody.getLocalPort();
        }
        assertThat(Ledgers.away(refused(closed, "right"))).isTrue();
    }
}
