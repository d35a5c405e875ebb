package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** Where the log goes. */
class LogTest {
    private static String target(LoggerContext context) throws JoranException {
        var reader = new JoranConfigurator();
        reader.setContext(context);
        reader.doConfigure(LogTest.class.getResource("/logback.xml"));
        try {
            return ((ConsoleAppender<?>) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("log")).getTarget();
        } finally {
            context.stop();
        }
    }

    /** Whoever keeps what a command such as audit says wants no lines of the log in it. */
    @Test
    void standsApartFromWhatACommandAnswersWhereItIsTold() throws JoranException {
        var context = new LoggerContext();
        context.putProperty("concordat.log.stream", "System.err");
        assertThat(target(context)).isEqualTo("System.err");
        assertThat(target(new LoggerContext())).isEqualTo("System.out");
    }
}
