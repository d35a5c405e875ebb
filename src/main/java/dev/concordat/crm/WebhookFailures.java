package dev.concordat.crm;

import io.vertx.core.http.HttpClosedException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.LoggingExceptionHandler;

/**
 * Logs what fails around the route of the webhook as Camel does, but for what is no failure of the bridge and may come many times a second: a
 * webhook that was turned away, which is counted ({@link TurnedAway}), and one whose sender did not wait for the answer.
 */
public final class WebhookFailures implements ExceptionHandler {
    private final ExceptionHandler others;

    public WebhookFailures(CamelContext camel) {
        this(new LoggingExceptionHandler(camel, WebhookFailures.class));
    }

    WebhookFailures(ExceptionHandler others) {
        this.others = others;
    }

    private static boolean isTold(Throwable failure) {
        return !(failure instanceof Workers.TooLate || failure instanceof HttpClosedException);
    }

    @Override
    public void handleException(Throwable failure) {
        if (isTold(failure)) {
            others.handleException(failure);
        }
    }

    @Override
    public void handleException(String message, Throwable failure) {
        if (isTold(failure)) {
            others.handleException(message, failure);
        }
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable failure) {
        if (isTold(failure)) {
            others.handleException(message, exchange, failure);
        }
    }
}
