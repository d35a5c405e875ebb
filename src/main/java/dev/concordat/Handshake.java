package dev.concordat;

import dev.concordat.ledger.Certificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.activemq.util.URISupport;

/**
 * Shakes hands with brokers that speak TLS, and hangs up. ActiveMQ reads and writes a new connection at the same time; where the broker is not trusted, one of
 * the two learns why and the other that the connection is closed, and which of them ActiveMQ hands on is by chance. Here one alone speaks.
 */
final class Handshake {
    private Handshake() {
    }

    /**
     * What stands against the certificate of a broker, see {@link Certificates#objection}; empty where all are trusted or away.
     *
     * @param url      as in {@code concordat.activemq.url}
     * @param patience in milliseconds, for the connection and for each answer
     */
    static Optional<String> objection(String url, int patience) {
        try {
            return Stream.of(URISupport.parseComposite(URI.create("failover:(" + url + ")")).getComponents()).filter(broker -> broker.getScheme().endsWith("ssl"))
                    .flatMap(broker -> of(broker, patience).stream()).findFirst();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Optional<String> of(URI broker, int patience) {
        try (var socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket()) {
            socket.connect(new InetSocketAddress(broker.getHost(), broker.getPort()), patience);
            socket.setSoTimeout(patience);
            var names = new SSLParameters();
            if (verifiesName(broker)) {
                names.setEndpointIdentificationAlgorithm("HTTPS");
            }
            socket.setSSLParameters(names);
            socket.startHandshake();
            return Optional.empty();
        } catch (IOException e) {
            return Certificates.objection(e);
        }
    }

    /** As ActiveMQ's client reads it. */
    private static boolean verifiesName(URI broker) {
        return broker.getQuery() == null || !broker.getQuery().matches("(.*&)?(socket\\.)?verifyHostName=false(&.*)?");
    }
}
