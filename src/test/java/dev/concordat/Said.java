package dev.concordat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What a class writes into the log during a test. */
public final class Said implements BeforeEachCallback, AfterEachCallback {
    private final Logger log;
    private ListAppender<ILoggingEvent> heard;

    public Said(Class<?> by) {
        this.log = (Logger) LoggerFactory.getLogger(by);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        heard = new ListAppender<>();
        heard.start();
        log.addAppender(heard);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        log.detachAppender(heard);
    }

    /** Level and text of each line. */
    public List<String> lines() {
        return heard.list.stream().map(line -> line.getLevel() + " " + line.getFormattedMessage()).toList();
    }
}
