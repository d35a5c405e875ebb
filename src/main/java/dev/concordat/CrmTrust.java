package dev.concordat;

import dev.concordat.ledger.Certificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A look at the CRM's certificate before anything is sent there. */
final class CrmTrust {
    /** Milliseconds for the connection, and for each answer in TLS. */
    private static final int PATIENCE = 3_000;
    private static final int PORT = 443;
    /** Settings by which the routes may trust others than Java does, or reach the CRM by another way. */
    private static final Pattern OTHERWISE = Pattern.compile("(?i)camel\\.(ssl\\.|component\\.https?\\..*(ssl|x509|proxy)).*");

    private CrmTrust() {
    }

    /** What stands against a start: the CRM is there, and Java does not trust its certificate. One that is away is waited for. */
    static List<String> findings(Settings settings) {
        URI crm = URI.create(settings.text("concordat.crm.url"));
        boolean otherwise = settings.all().stringPropertyNames().stream().anyMatch(OTHERWISE.asMatchPredicate());
        if (otherwise || !"https".equals(crm.getScheme())) {
            return List.of();
        }
        try (var plain = new Socket()) {
            int port = crm.getPort() < 0 ? PORT : crm.getPort();
            plain.connect(new InetSocketAddress(crm.getHost(), port), PATIENCE);
            plain.setSoTimeout(PATIENCE);
            shakeHands((SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, crm.getHost(), port, true));
            return List.of();
        } catch (IOException e) {
            return Certificates.objection(e).map(said -> "the CRM at 'concordat.crm.url' [" + crm + "]: " + said + "; it should be signed by an authority that"
                    + " Java trusts, be valid and name the host").stream().toList();
        }
    }

    private static void shakeHands(SSLSocket socket) throws IOException {
        try (socket) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
    }
}
