package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the shipped {@code logback.xml} lets into the log of a demo. */
class LogLevelsTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.kafka.controller.QuorumController", "org.apache.kafka.server.fault.LoggingFaultHandler",
        "org.apache.kafka.clients.producer.KafkaProducer", "io.netty.bootstrap.ServerBootstrap", "dev.concordat.Bridge"})
    void whatFailsIsAnError(String logger) {
        assertThat(LoggerFactory.getLogger(logger).isErrorEnabled()).isTrue();
    }
}
