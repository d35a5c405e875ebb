package dev.concordat.embedded;

/** One embedded server; it may be stopped and started again on the same port and data. A stop waits for a start that is under way: both hold the server's lock. */
interface Server {
    Part part();

    /** Starts the server and returns its name with its version; does nothing but that if it runs already. */
    String start();

    void stop();

    int port();
}
