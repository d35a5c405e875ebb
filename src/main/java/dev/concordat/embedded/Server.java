package dev.concordat.embedded;

/** One embedded server; it may be stopped and started again on the same port and data. */
interface Server {
    Part part();

    /** Starts the server and returns its name with its version; does nothing but that if it runs already. */
    String start();

    void stop();

    int port();
}
