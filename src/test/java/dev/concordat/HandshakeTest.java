package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeTest {
    private static final int PATIENCE = 10_000;
    @TempDir
    private Path folder;

    @Test
    void aBrokerThatIsNotTrustedIsFoundAmongThoseThatAreAway() throws Exception {
        String away = "ssl://127.0.0.1:" + FreePort.any();
        assertThat(Handshake.objection(away, PATIENCE)).isEmpty();
        try (var untrusted = new TlsServer(TlsServer.key(folder.resolve("broker"), "ip:127.0.0.1"), false)) {
            String url = "ssl://127.0.0.1:" + untrusted.port();
            assertThat(Handshake.objection(away + "?socket.verifyHostName=false," + url + "?wireFormat.cacheEnabled=true", PATIENCE))
                    .contains("certificate not trusted (SunCertPathBuilderException)");
            assertThat(Handshake.objection("nio+" + url, PATIENCE)).isPresent();
            assertThat(Handshake.objection(url.replace("ssl:", "tcp:"), PATIENCE)).isEmpty();
        }
    }
}
