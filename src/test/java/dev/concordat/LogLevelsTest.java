package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the shipped {@code logback.xml} lets into the log of a demo. */
class LogLevelsTest {
    @RegisterExtension
    private final Said said = Said.byAnybody();

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.kafka.controller.ReplicationControlManager", "kafka.server.ControllerApis"})
    void whatASlowMachineMakesOfTheEmbeddedKafkaIsNoError(String logger) {
        assertThat(LoggerFactory.getLogger(logger).isErrorEnabled()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.kafka.clients.NetworkClient", "org.apache.kafka.clients.admin.internals.AdminMetadataManager"})
    void aLoginThatKafkaRefusesIsSaidByTheStartAlone(String logger) {
        assertThat(LoggerFactory.getLogger(logger).isErrorEnabled()).isFalse();
    }

    @Test
    void aSchemaThatIsThereIsNoWarning() {
        var flyway = LoggerFactory.getLogger("org.flywaydb.core.internal.sqlscript.DefaultSqlScriptExecutor");
        assertThat(flyway.isWarnEnabled()).isFalse();
        assertThat(flyway.isErrorEnabled()).isTrue();
    }

    @Test
    void whatIsWrittenToTheLogOfJavaIsInThisOneButForConnectionsThatAreCut() {
        Concordat.takeOtherLogs();
        Logger.getLogger("org.postgresql.core.ConnectionFactory").log(Level.WARNING, "Failed to closed stream with error: {0}", new SocketException("Broken pipe"));
        Logger.getLogger("somebody").warning("needs to be seen");
        assertThat(said.lines()).containsExactly("WARN needs to be seen");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.kafka.controller.QuorumController", "org.apache.kafka.server.fault.LoggingFaultHandler",
        "org.apache.kafka.clients.producer.KafkaProducer", "io.netty.bootstrap.ServerBootstrap", "dev.concordat.Bridge"})
    void whatFailsIsAnError(String logger) {
        assertThat(LoggerFactory.getLogger(logger).isErrorEnabled()).isTrue();
    }
}
