package dev.concordat;

/** The set-up is wrong or a part cannot be used; the message says what, where and what would be right. */
public class BridgeException extends RuntimeException {
    public BridgeException(String message) {
        super(message);
    }

    public BridgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
