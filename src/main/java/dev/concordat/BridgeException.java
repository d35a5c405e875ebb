package dev.concordat;

/**
 * The set-up is wrong or a part cannot be used; the message says what, where and what would be right. No value of a change is in it: where it is the
 * first cause of a failure, it is told to whoever looks.
 */
public class BridgeException extends RuntimeException {
    public BridgeException(String message) {
        super(message);
    }

    public BridgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
