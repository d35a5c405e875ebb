package dev.concordat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.concordat.TlsServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        TlsServer.key(folder.resolve("right"), "ip:127.0.0.1");
        TlsServer.key(folder.resolve("elsewhere"), "ip:192.0.2.1");
    }

    private static SQLException refused(int port, String trusted) {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/eu?sslmode=verify-full&sslrootcert=" + folder.resolve(trusted + ".pem");
        return catchThrowableOfType(SQLException.class, () -> DriverManager.getConnection(url).close());
    }

    @ParameterizedTest
    @CsvSource({"right, elsewhere, certificate not trusted (SunCertPathBuilderException)", "elsewhere, elsewhere, certificate not trusted",
        "right, missing, certificate not trusted (FileNotFoundException)"})
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
