package dev.concordat.ledger;

import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** The form in which a change travels to its region's quarantine queue. */
public final class QuarantineMessages {
    /** JMS property with the {@link dev.concordat.change.Quarantined} as JSON; the body is the change as it came. */
    public static final String HEADER = "quarantined";

    private QuarantineMessages() {
    }

    /** A message for the queue {@code <region>.quarantine}. */
    public static Message message(CamelContext context, byte[] original, String quarantined) {
        var message = new DefaultMessage(context);
        message.setBody(original);
        message.setHeader(HEADER, quarantined);
        return message;
    }
}
