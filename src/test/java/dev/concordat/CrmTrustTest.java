package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrmTrustTest {
    @TempDir
    private Path folder;

    private static Settings settings(String crm) {
        return Settings.read(Path.of("config/application.properties"), Map.of("CONCORDAT_CRM_URL", crm));
    }

    @Test
    void aCrmThatIsNotTrustedStandsAgainstAStart() throws Exception {
        try (var crm = new TlsServer(TlsServer.key(folder.resolve("crm"), "ip:127.0.0.1"), false)) {
            String address = "https://127.0.0.1:" + crm.port() + "/api";
            assertThat(CrmTrust.findings(settings(address))).containsExactly("the CRM at 'concordat.crm.url' [" + address + "]: certificate not trusted"
                    + " (SunCertPathBuilderException); it should be signed by an authority that Java trusts, be valid and name the host");
            assertThat(CrmTrust.findings(settings(address).with("camel.component.https.ssl-context-parameters", "#own"))).isEmpty();
            assertThat(CrmTrust.findings(settings(address.replace("https:", "http:")))).isEmpty();
        }
    }

    @Test
    void aCrmThatIsAwayIsWaitedFor() {
        assertThat(CrmTrust.findings(settings("https://127.0.0.1:1/api"))).isEmpty();
    }
}
