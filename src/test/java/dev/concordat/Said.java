package dev.concordat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What classes write into the log during a test. */
public final class Said implements BeforeEachCallback, AfterEachCallback {
    private final List<Logger> logs;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line.getLevel() + " " + line.getFormattedMessage());
        }
    };

    public Said(Class<?>... by) {
        this(Stream.of(by).map(LoggerFactory::getLogger));
    }

    private Said(Stream<org.slf4j.Logger> logs) {
        this.logs = logs.map(Logger.class::cast).toList();
    }

    /** What is written under a name. */
    static Said by(String name) {
        return new Said(Stream.of(LoggerFactory.getLogger(name)));
    }

    /** What anybody writes. */
    public static Said byAnybody() {
        return by(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        lines.clear();
        ear.start();
        logs.forEach(log -> log.addAppender(ear));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logs.forEach(log -> log.detachAppender(ear));
    }

    /** Level and text of each line, as of now. */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
