package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorsTest {
    private static Settings settings(String webhook, String management) throws IOException {
        return Settings.read(Path.of("config/application.properties"), Map.of()).with("concordat.webhook.port", webhook)
                .with("concordat.management.port", management);
    }

    @Test
    void aDoorThatSomebodyElseHasIsSaidBeforeAnythingStarts() throws IOException {
        try (var one = new ServerSocket(0, 0, InetAddress.getLoopbackAddress()); var two = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            var taken = settings(Integer.toString(one.getLocalPort()), Integer.toString(two.getLocalPort()));
            assertThatThrownBy(() -> new Doors(taken, Clock.systemUTC())).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("'concordat.webhook.port' [" + one.getLocalPort() + "] should be a port that is free on 'concordat.webhook.host' [127.0.0.1]")
                    .hasMessageContaining("'concordat.management.port' [" + two.getLocalPort() + "]");
        }
    }

    @Test
    void theConsolesDoorIsTriedWithTheOthersWhereItIsOpened() throws IOException {
        try (var other = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(other.getLocalPort());
            var taken = settings("0", port).with("concordat.console.port", port);
            assertThat(Doors.findings(taken)).hasSize(2).anyMatch(finding -> finding.startsWith("'concordat.management.port' [" + port + "]"))
                    .anyMatch(finding -> finding.startsWith("'concordat.console.port' [" + port + "] should be a port that is free on 'concordat.console.host' [127.0.0.1]: "));
            assertThat(Doors.findings(taken.with("concordat.console.enabled", "false"))).singleElement().asString().startsWith("'concordat.management.port'");
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "localhost,localhost", "0.0.0.0,127.0.0.1", "::,[::1]", "::1,[::1]", "[::1],[::1]", "0:0:0:0:0:0:0:0,[::1]"})
    void aDoorIsToldAsAClientOnThisMachineFindsIt(String host, String found) {
        assertThat(Doors.url(host, 8080)).isEqualTo("http://" + found + ":8080");
        assertThat(URI.create(Doors.url(host, 8080)).getHost()).isEqualTo(found);
    }

    @Test
    void aPortThatIsFreeIsTaken() throws IOException {
        try (var doors = new Doors(settings("0", "0"), Clock.systemUTC())) {
            assertThat(doors.webhookPort()).isPositive().isNotEqualTo(doors.managementPort());
            try (var same = new Doors(settings(Integer.toString(doors.webhookPort()), "0"), Clock.systemUTC())) {
                assertThat(same.webhookPort()).isEqualTo(doors.webhookPort());
            }
        }
    }
}
